import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSubject } from './index.ts';
import { INVENTED_COUNT, type InventedScheme, invent } from './invented.ts';

const ok = (scheme: string, number: string, kind = 'person') => ({
  ok: true,
  scheme,
  number,
  canonical: `${scheme}:${number}`,
  kind,
});

describe('a subject', () => {
  it.each([
    ['cpr:900100001', ok('cpr', '900100001')],
    ['CPR: 9001-0000 1', ok('cpr', '900100001')],
    ['cpr:٩٠٠١٠٠٠٠١', ok('cpr', '900100001')],
    ['cpr:\u2068۹۰۰۱۰۰۰۰۱\u2069', ok('cpr', '900100001')],
    // Luhn by hand: 1 doubled is 2, so the check digit is 8.
    ['sa:1000000008', ok('sa', '1000000008')],
    ['sa:2000000006', ok('sa', '2000000006')],
    // Luhn by hand: (8,1,9 doubled: 7+2+9) + (7+4+9) = 38, so 2.
    ['ae:784-1990-0000000-2', ok('ae', '784199000000002')],
    // Weights by hand: 2*2 + 9*1 + 1*7 + 1*10 = 30; 30 mod 11 = 8; 11 - 8 = 3.
    ['kw:290010100003', ok('kw', '290010100003')],
    ['qa:29063400001', ok('qa', '29063400001')],
    ['om:0012345678', ok('om', '12345678')],
    ['company:12345-1', ok('company', '12345-1', 'company')],
    ['company:١٢٣٤٥–٢', ok('company', '12345-2', 'company')],
    ['company:12345', ok('company', '12345-1', 'company')],
    ['audience:Fishing-Licence', ok('audience', 'fishing-licence', 'audience')],
    ['simulator:mailbox_full', ok('simulator', 'mailbox_full', 'simulator')],
  ])('%s has one spelling', (text, expected) => {
    expect(parseSubject(text)).toEqual(expected);
  });

  it.each([
    ['cpr:90010000', 'subject_format'],
    ['cpr:9001000012', 'subject_format'],
    ['cpr:9001ا0001', 'subject_format'],
    ['cpr:901300001', 'subject_date'],
    ['cpr:900000001', 'subject_date'],
    ['sa:1000000007', 'subject_check_digit'],
    ['sa:3000000004', 'subject_format'],
    ['ae:784199000000003', 'subject_check_digit'],
    ['ae:784299000000001', 'subject_date'],
    ['ae:683199000000002', 'subject_format'],
    ['kw:290010100004', 'subject_check_digit'],
    ['kw:290023000003', 'subject_date'],
    ['kw:490010100003', 'subject_format'],
    ['qa:19063400001', 'subject_format'],
    ['qa:29000000001', 'subject_format'],
    ['om:1234567890', 'subject_format'],
    ['om:0', 'subject_format'],
    ['company:54321-', 'subject_format'],
    ['company:A54321-1', 'subject_format'],
    ['audience:all people', 'subject_format'],
    ['passport:X1234567', 'subject_scheme'],
    ['900100001', 'subject_scheme'],
    ['__proto__:1', 'subject_scheme'],
    ['', 'subject_scheme'],
    [`cpr:${' '.repeat(200)}900100001`, 'subject_scheme'],
  ])('%s is refused without repeating the number', (text, code) => {
    const parsed = parseSubject(text);
    expect(parsed).toMatchObject({ ok: false, code });
    expect(parsed.ok || parsed.message).not.toContain(text.split(':')[1] || 'nothing to repeat');
  });

  it('is refused when it is not text', () => {
    expect(parseSubject({ $gt: '' } as unknown as string)).toMatchObject({ ok: false, code: 'subject_not_text' });
  });
});

const schemes = Object.keys(INVENTED_COUNT) as InventedScheme[];

describe('canonical spelling', () => {
  it('is stable: reading it again gives the same subject', () => {
    const written = fc
      .tuple(fc.constantFrom(...schemes), fc.nat(), fc.constantFrom('', ' ', '\u200f', '\u2067'))
      .map(([scheme, n, mark]) => arabic(invent(scheme, n), mark));
    fc.assert(
      fc.property(fc.oneof(written, fc.string({ unit: 'grapheme' })), (text) => {
        const first = parseSubject(text);
        if (first.ok) expect(parseSubject(first.canonical)).toEqual(first);
      }),
    );
  });
});

describe('invented numbers', () => {
  it('are all valid, and spelled canonically', () => {
    fc.assert(
      fc.property(fc.constantFrom(...schemes), fc.nat(), (scheme, n) => {
        const subject = invent(scheme, n);
        expect(parseSubject(subject)).toMatchObject({ ok: true, canonical: subject });
      }),
      { numRuns: 2000 },
    );
  });

  it.each(schemes)('of %s do not repeat', (scheme) => {
    const count = INVENTED_COUNT[scheme];
    const places = [...Array(20_000).keys()].flatMap((n) => [n, Math.floor((count / 20_001) * (n + 1)), count - 1 - n]);
    const different = new Set(places);
    expect(new Set([...different].map((n) => invent(scheme, n))).size).toBe(different.size);
  });
});

const arabic = (subject: string, mark: string): string =>
  subject.replace(/[0-9]/g, (digit) => mark + String.fromCodePoint(0x0660 + Number(digit)));
