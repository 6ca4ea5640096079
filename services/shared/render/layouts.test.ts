import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  catalogueOf,
  ENTITY,
  everywhere,
  type Fixture,
  outputsOf,
  PORTAL,
  rendererOf,
  TYPE,
  withTemplate,
} from './fixture.ts';
import { createRenderer, shortReference } from './index.ts';

const FIXTURE: Fixture = { parts: everywhere('Case {{number_}} moved.'), sample: { number_: 'A-1' } };
const BASE = { type: TYPE, data: FIXTURE.sample, notificationId: 'n_1a2b3c4d5e6f', sensitivity: 'open' } as const;

describe('frames around a message', () => {
  it('names the portal and a short reference in the last line of an SMS, with its segments', () => {
    const message = rendererOf(FIXTURE).render({ ...BASE, language: 'en', channel: 'sms' });
    expect(message).toEqual({ channel: 'sms', text: 'Case A-1 moved.\nNotifyMe 1A2B-3C4D', segments: 1 });
  });

  it.each([
    ['en', 'Case A-1 moved.\nNotifyMe 1A2B-3C4D (for *1234)', 'number ends in ', 'For *1234'],
    ['ar', 'Case A-1 moved.\nأبلغني 1A2B-3C4D (عن *1234)', 'ينتهي رقمه بـ ', 'عن *1234'],
  ] as const)('says for whom a delegate receives it, in %s', (language, sms, mail, push) => {
    const renderer = rendererOf(FIXTURE);
    const plain = (text = '') => text.replace(/[\u2066-\u2069]|<\/?bdi[^>]*>/g, '');
    const on = (channel: 'sms' | 'email' | 'push') =>
      renderer.render({ ...BASE, language, channel, onBehalf: '*1234' }) as unknown as Record<string, string>;
    expect(plain(on('sms').text)).toBe(sms);
    for (const part of ['html', 'text']) expect(plain(on('email')[part])).toContain(`${mail}*1234`);
    expect(plain(on('push').body).endsWith(`\n${push}`)).toBe(true);
    expect(JSON.stringify(outputsOf(FIXTURE, language))).not.toContain('1234');
  });

  it('derives the reference from the first 8 hex digits of the id', () => {
    expect(shortReference('n_0f9c8b7a6d5e4f3a')).toBe('0F9C-8B7A');
  });

  it('C08 keeps the direction of an Arabic email without html, head and body', () => {
    const { html } = outputsOf(FIXTURE, 'ar');
    const rest = html.replace(/<head>[\s\S]*<\/head>/, '').replace(/<!doctype[^>]*>|<\/?(?:html|body)[^>]*>/gi, '');
    expect(rest).toMatch(/^\s*<div lang="ar" dir="rtl"/);
    const cells = [...rest.matchAll(/<(?:td|table|p|h1)\b[^>]*>/g)].map(([tag]) => tag);
    expect(cells.filter((tag) => !tag.includes('dir="rtl"'))).toEqual([]);
    expect(html).toContain('<html lang="ar" dir="rtl">');
  });

  it('loads nothing from afar', () => {
    expect(outputsOf(FIXTURE, 'en').html).not.toMatch(/<img|<link|url\(|@import|https?:/);
  });

  it('begins the preview line with the first line of the text', () => {
    const parts = { ...FIXTURE.parts, 'email.text': 'News of {{number_}}.\n\nMore.' };
    const { html } = outputsOf({ ...FIXTURE, parts }, 'en');
    expect(html).toMatch(/display:none[^>]*>News of A-1\./);
    expect(html).not.toContain('More.');
  });

  it('does not send on behalf of itself', () => {
    const own = { ...catalogueOf(FIXTURE).entities[0]!, title: PORTAL.name };
    const catalogue = { entities: [own] };
    const renderer = withTemplate(FIXTURE, (dir) => createRenderer({ dir, catalogue, portal: PORTAL }));
    for (const [language, words] of [
      ['en', 'on behalf of'],
      ['ar', 'نيابةً'],
    ] as const) {
      const theirs = rendererOf(FIXTURE).render({ ...BASE, language, channel: 'email' });
      expect(JSON.stringify(theirs)).toContain(words);
      expect(JSON.stringify(renderer.render({ ...BASE, language, channel: 'email' }))).not.toContain(words);
    }
  });

  it('offers to unsubscribe only where an address is given', () => {
    const renderer = rendererOf(FIXTURE);
    const unsubscribeUrl = 'https://other.example/u?t=1&s=2';
    const email = (url: string | null) =>
      renderer.render({ ...BASE, language: 'en', channel: 'email', unsubscribeUrl: url });
    expect(email(unsubscribeUrl)).toMatchObject({
      html: expect.stringContaining('href="https://other.example/u?t=1&amp;s=2"'),
    });
    expect(email(unsubscribeUrl)).toMatchObject({ text: expect.stringContaining(`: ${unsubscribeUrl}\n`) });
    expect(email(null)).toMatchObject({ html: expect.not.stringContaining('<a ') });
    expect(() => email('javascript:alert(1)')).toThrow(expect.objectContaining({ code: 'bad_link' }));
  });

  it.each(['en', 'ar'] as const)(
    'tells nothing of a sensitive notice but sender, title, reference and portal: %s',
    (language) => {
      const parts = everywhere('Secret {{number_}}');
      const renderer = rendererOf({ parts, sample: { number_: 'A-1' } });
      for (const channel of ['sms', 'email', 'push'] as const) {
        const said = JSON.stringify(renderer.render({ ...BASE, sensitivity: 'sensitive', language, channel }));
        expect(said).not.toMatch(/Secret|A-1/);
        for (const word of [ENTITY[language], PORTAL.name[language], '1A2B-3C4D']) expect(said).toContain(word);
      }
    },
  );

  it('shows the whole content in the inbox: the words of the email under the title of the push', () => {
    const { language, ...request } = { ...BASE, language: 'en' as const };
    const parts = { ...FIXTURE.parts, 'email.text': 'Case {{number_}} moved.\n\nThis is what to do next.' };
    expect(rendererOf({ ...FIXTURE, parts }).inbox({ ...request, language })).toEqual({
      title: 'Case A-1 moved.',
      body: 'Case A-1 moved.\n\nThis is what to do next.',
    });
    const smsOnly = { ...FIXTURE, parts: { sms: 'Case {{number_}} moved.' } };
    expect(rendererOf(smsOnly).inbox({ ...request, language })).toEqual({
      title: 'Case moved',
      body: 'Case A-1 moved.',
    });
  });

  it.each(['en', 'ar'] as const)(
    'ends a code with the host it is bound to, without direction marks: %s',
    (language) => {
      const parts = { 'en/sms': '{{code}} is your code.', 'ar/sms': '{{code}} رمز التحقق.' };
      const sample = { code: '314159', host: PORTAL.host };
      const fixture: Fixture = { parts, sample, manifest: { layout: 'code' } };
      expect(outputsOf(fixture, language).sms).toMatch(/^314159 .*\n@portal\.example #314159$/);
      const elsewhere = () => outputsOf(fixture, language, { ...sample, host: 'e.example' });
      expect(elsewhere).toThrow(expect.objectContaining({ code: 'bad_link', variable: 'host' }));
    },
  );
});

describe('start', () => {
  const start = (fixture: Fixture) => () => rendererOf(fixture);

  it('stops at a missing file and names it', () => {
    const create = () =>
      withTemplate(FIXTURE, (dir) => {
        rmSync(join(dir, 'sample', 'case-moved', 'ar', 'email.text.hbs'));
        createRenderer({ dir, catalogue: catalogueOf(FIXTURE), portal: PORTAL });
      });
    expect(create).toThrow(/case-moved\/ar\/email\.text\.hbs: the file is missing/);
  });

  it.each([
    '{{{name}}}',
    '{{&name}}',
    '{{#if name}}x',
    '{{> other}}',
    '{{lookup name "x"}}',
    '{{#with name}}x{{/with}}',
    '{{shout name}}',
  ])('stops at %s', (sms) => {
    expect(start({ parts: { sms }, sample: { name: 'x' } })).toThrow(/case-moved\/(ar|en)\/sms\.hbs/);
  });

  it('stops when a sample does not render', () => {
    expect(start({ parts: { sms: '{{other}}' }, sample: { name: 'x' } })).toThrow(
      /case-moved\/ar \(sms\): other is missing/,
    );
  });

  it('knows no other type and no other channel', () => {
    const renderer = rendererOf({ parts: { sms: 'x' }, sample: {} });
    const ask = (change: object) => () => renderer.render({ ...BASE, language: 'en', channel: 'sms', ...change });
    expect(ask({ type: 'bh.gov.none.v1' })).toThrow(expect.objectContaining({ code: 'unknown_type' }));
    expect(ask({ channel: 'push' })).toThrow(expect.objectContaining({ code: 'no_template' }));
  });
});
