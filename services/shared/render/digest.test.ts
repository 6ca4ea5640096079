import { describe, expect, it } from '@jest/globals';
import { type Fixture, PORTAL, rendererOf, TYPE } from './fixture.ts';

const parts = { sms: 'Secret {{caseNo}}', push: 'Secret\n\n{{caseNo}}' };
const mail = { 'email.subject': 'Secret', 'email.html': '<p>{{caseNo}}</p>', 'email.text': '{{caseNo}}' };
const FIXTURE: Fixture = { parts: { ...parts, ...mail }, sample: { caseNo: 'A-1' } };
const renderer = rendererOf(FIXTURE);
const digest = (language: 'en' | 'ar', channel: 'sms' | 'email' | 'push', together: number) =>
  renderer.render({
    ...{ type: TYPE, data: { caseNo: 'A-1' }, notificationId: 'n_1a2b3c4d00000000', sensitivity: 'open' },
    ...{ language, channel, together },
  });

describe('a digest says how many notices there are, in the right form', () => {
  // Forms by CLDR plural rules: Arabic counts one, two, 3-10 (few), 11-99 (many) and 100 (other) each in its own way.
  it.each([
    ['en', 2, 'You have 2 notices from Sample Office in your inbox.'],
    ['en', 3, 'You have 3 notices from Sample Office in your inbox.'],
    ['ar', 2, 'لديك إشعاران من مكتب المثال في صندوق رسائلك.'],
    ['ar', 3, 'لديك 3 إشعارات من مكتب المثال في صندوق رسائلك.'],
    ['ar', 10, 'لديك 10 إشعارات من مكتب المثال في صندوق رسائلك.'],
    ['ar', 11, 'لديك 11 إشعارًا من مكتب المثال في صندوق رسائلك.'],
    ['ar', 100, 'لديك 100 إشعار من مكتب المثال في صندوق رسائلك.'],
  ] as const)('%s, %i', (language, count, said) => {
    expect(digest(language, 'sms', count)).toMatchObject({
      text: expect.stringMatching(`^${said}\n${PORTAL.name[language]}`),
    });
    expect(JSON.stringify(digest(language, 'email', count))).toContain(said.slice(0, 12));
    expect(JSON.stringify(digest(language, 'push', count))).toContain(said.slice(0, 12));
  });

  it.each(['sms', 'email', 'push'] as const)('and nothing of their content by %s', (channel) => {
    for (const language of ['en', 'ar'] as const)
      expect(JSON.stringify(digest(language, channel, 3))).not.toMatch(/Secret|A-1/);
  });

  it('takes one SMS segment', () => {
    for (const language of ['en', 'ar'] as const) expect(digest(language, 'sms', 15)).toMatchObject({ segments: 1 });
  });
});
