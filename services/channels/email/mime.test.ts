import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import { type MailText, writeMail } from './mime.ts';
import { quotedPrintable } from './quoted-printable.ts';

const mail = (parts: Partial<MailText> = {}): MailText => ({
  messageId: '<d_0123456789abcdef0123456789abcdef@notifyme.example>',
  from: { name: 'Commercial registers', address: 'notices@notifyme.example' },
  to: 'huda@example.com',
  date: new Date('2026-03-04T05:06:07Z'),
  subject: 'Your licence is renewed',
  headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': 'ar' },
  text: 'Done.',
  html: '<p>Done.</p>',
  boundary: '=_d_0123456789abcdef0123456789abcdef',
  ...parts,
});

/** What a reader is shown; the parser is another library's than the one that encodes. */
async function shown(raw: string | Buffer) {
  const { subject, text, html, from, to, date, messageId, headers, attachments } = await simpleParser(raw);
  const addressesOf = (field: typeof to) => [field ?? []].flat().flatMap(({ value }) => value);
  const more = ['auto-submitted', 'content-language', 'list-unsubscribe', 'list'].map((name) => headers.get(name));
  return {
    ...{ subject, text: text?.trimEnd(), html: String(html).trimEnd(), date, messageId, more, attachments },
    ...{ from: addressesOf(from), to: addressesOf(to) },
  };
}

const byLibrary = ({ from, to, date, subject, headers, text, html, messageId }: MailText): Promise<Buffer> =>
  new MailComposer({ from, to, date, subject, headers, text, html, messageId }).compile().build();

const ARABIC = 'تم تجديد الرخصة ';

describe('quoted-printable', () => {
  /** What section 6.7 says of reading it, to the letter; below, a library reads whole mails. */
  const decoded = (text: string) =>
    Buffer.from(
      text
        .replaceAll('=\r\n', '')
        .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString('utf8');
  const encoded = (text: string) => quotedPrintable(Buffer.from(text));

  it('gives back any text, in lines of 76 characters at most, with nothing but printable ASCII (RFC 2045, 6.7)', () => {
    const letters = fc.constantFrom(
      'a',
      '=',
      ' ',
      '\t',
      '.',
      '\r\n',
      '\r',
      '\n',
      'é',
      'ت',
      '€',
      '😀',
      '\u0000',
      '\u007f',
    );
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 400 }), (parts) => {
        const text = parts.join('');
        const out = encoded(text);
        expect(decoded(out)).toBe(text);
        for (const line of out.split('\r\n')) expect(line).toMatch(/^[\t -~]{0,76}$/);
        expect(out).not.toMatch(/[ \t](\r\n|$)/);
      }),
    );
  });

  it.each([
    ['plain', 'plain'],
    ['a=b', 'a=3Db'],
    ['é', '=C3=A9'],
    ['end \r\nnext', 'end=20\r\nnext'],
    ['x'.repeat(80), `${'x'.repeat(75)}=\r\n${'x'.repeat(5)}`],
    [`${'x'.repeat(74)}é`, `${'x'.repeat(74)}=\r\n=C3=A9`],
  ])('writes %j as %j', (text, out) => expect(encoded(text)).toBe(out));
});

describe('a mail as one text', () => {
  it.each<[string, Partial<MailText>]>([
    ['plain English', {}],
    ['Arabic', { subject: ARABIC.repeat(12), text: ARABIC.repeat(40), html: `<p dir="rtl">${ARABIC}</p>` }],
    ['few letters beyond ASCII', { subject: 'Zoë: 12 € are due', text: `${'A line. '.repeat(300)}é` }],
    [
      'a long word beyond the end of a line',
      { subject: `Zoë ${'x'.repeat(200)}`, html: `<p>${'x'.repeat(2_000)}é</p>` },
    ],
    ['letters of four bytes', { subject: 'Saved 😀', text: '😀'.repeat(200), html: '<p>😀</p>' }],
    ['dots, blanks and tabs at the ends of lines', { text: '.\n..\n. a \t\n \nx', html: '<p>.\n.</p> \t\n.' }],
    ['names with quotes, commas and brackets', { from: { name: 'A "b", (c) <d@e>', address: 'n@notifyme.example' } }],
    ['a name in Arabic', { from: { name: 'سجلات', address: 'notices@notifyme.example' } }],
    ['a long header', { headers: { 'List-Unsubscribe': `<https://notifyme.example/u?t=${'a'.repeat(300)}>` } }],
  ])('is read as what the library composes: %s', async (_, parts) => {
    const given = mail(parts);
    expect(await shown(writeMail(given))).toEqual(await shown(await byLibrary(given)));
  });

  it.each([ARABIC.repeat(100), 'x'.repeat(3_000), 'Zoë '.repeat(500), 'a\nb\rc\r\nd'])(
    'has 7 bits, no bare break, and lines that every relay takes (RFC 5322, 2.1.1), encoded ones of 76 (RFC 2045, 6)',
    (text) => {
      const raw = writeMail(mail({ text, html: text, subject: text.slice(0, 200).replace(/[\r\n]+/g, ' ') }));
      expect(raw).not.toMatch(/[^\r]\n|\r[^\n]/);
      const body = raw.slice(raw.indexOf('\r\n\r\n'));
      const longest = Math.max(...body.split('\r\n').map((line) => line.length));
      expect(longest).toBeLessThanOrEqual(raw.includes('Encoding: 7bit') ? 998 : 76);
      expect(raw).toMatch(/^\p{ASCII}*$/u);
    },
  );

  it('encodes words of 75 characters at most (RFC 2047, 2), also in a name', () => {
    const name = 'وزارة العمل والتنمية الاجتماعية وكل ما يتبعها من الإدارات';
    const raw = writeMail(mail({ subject: ARABIC.repeat(9), from: { name, address: 'notices@notifyme.example' } }));
    const words = raw.match(/=\?UTF-8\?[BQ]\?[^?]*\?=/g)!;
    expect(words.length).toBeGreaterThan(4);
    expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(75);
  });

  it('shows a value that looks like an encoded word as it stands', async () => {
    const subject = 'Reference =?utf-8?B?UGF5IGhlcmU=?= renewed';
    const raw = writeMail(mail({ subject, from: { name: subject, address: 'notices@notifyme.example' } }));
    const read = await shown(raw);
    expect([read.subject, read.from[0]!.name]).toEqual([subject, subject]);
  });

  it('keeps a value that knows the boundary from adding a part', async () => {
    const { boundary } = mail();
    const text = `Done.\r\n--${boundary}\r\nContent-Type: text/html\r\n\r\n<b>Pay here</b>`;
    expect(await shown(writeMail(mail({ text })))).toMatchObject({
      text: text.replaceAll('\r\n', '\n'),
      html: '<p>Done.</p>',
    });
  });

  it('sends Arabic in the shorter of both encodings: four characters for three bytes instead of nine', () => {
    const raw = writeMail(mail({ text: ARABIC.repeat(100), html: `<p>${'x '.repeat(2_000)}${ARABIC}</p>` }));
    const [text, html] = raw.split('--=_d_').slice(1, 3);
    expect(text).toContain('Content-Transfer-Encoding: base64');
    expect(text!.length).toBeLessThan(Buffer.byteLength(ARABIC) * 100 * 1.45);
    expect(html).toContain('Content-Transfer-Encoding: quoted-printable');
  });
});
