import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import MailComposer from 'nodemailer/lib/mail-composer';
import { wholeMessage } from './whole.ts';

const compose = (text: string, html?: string) =>
  new MailComposer({ from: 'notices@notifyme.example', to: 'huda@example.com', subject: 'تم', text, html }).compile();

describe('a mail in one piece', () => {
  it.each([
    ['English', 'Your licence is renewed.\n', '<p>Your licence is renewed.</p>\n'],
    ['Arabic, which goes as base64', 'تم تجديد الرخصة. '.repeat(40), '<p dir="rtl">تم تجديد الرخصة</p>'],
    [
      'long lines of both, which go as quoted-printable',
      `${'A line = '.repeat(300)}تم`,
      `<p>${'x'.repeat(2_000)}é</p>`,
    ],
    ['dots, blanks and tabs at the ends of lines', '.\n..\r\n. a \t\n \n', '<p>.\r\n.</p> \t'],
    ['text alone', 'One line', undefined],
    ['an empty page', '', ''],
  ])('is to the byte what the library writes part by part: %s', async (_, text, html) => {
    const node = compose(text, html);
    const whole = wholeMessage(node)!;
    // The library ends the last line where it is open.
    expect(whole.endsWith('\n') ? whole : `${whole}\r\n`).toBe((await node.build()).toString('utf8'));
  });

  it('leaves a mail with anything but texts to the library', () => {
    const node = compose('Your licence is renewed.\n');
    node.setContent(Readable.from(['a file']));
    expect(wholeMessage(node)).toBeNull();
  });
});
