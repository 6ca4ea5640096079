import { describe, expect, it } from '@jest/globals';
import type { Language } from '../../../contracts/status.ts';
import { outputsOf } from './fixture.ts';

const said = (template: string, language: Language, value: unknown, sample: unknown = value, manifest = {}) =>
  outputsOf({ parts: { sms: template }, sample: { value: sample }, manifest }, language, { value }).sms.split('\n')[0];

const MIDNIGHT = '2027-02-28T21:30:00Z';

describe('dates on the clock of Bahrain', () => {
  it('C14 says 1 March 2027, 00:30 in both languages, where UTC is still the day before', () => {
    expect(said('{{dateTime value}}', 'en', MIDNIGHT)).toBe('1 March 2027, 00:30');
    expect(said('{{dateTime value}}', 'ar', MIDNIGHT)).toBe('1 مارس 2027، 00:30');
  });

  it('C14 shows the Umm al-Qura date beside the Gregorian one where the template asks for it', () => {
    expect(said('{{date value calendar="hijri"}}', 'en', MIDNIGHT)).toBe('1 March 2027 (22 Ramadan 1448 AH)');
    expect(said('{{date value calendar="hijri"}}', 'ar', MIDNIGHT)).toBe('1 مارس 2027 (22 رمضان 1448 هـ)');
  });

  it('C14 follows Umm al-Qura where the arithmetic calendar is a day off, in letters that an SMS can carry', () => {
    expect(said('{{date value calendar="hijri"}}', 'en', '2024-07-07')).toBe('7 July 2024 (1 Muharram 1446 AH)');
    expect(said('{{date value calendar="hijri"}}', 'en', '2027-01-09')).toBe("9 January 2027 (1 Sha'ban 1448 AH)");
  });

  it('C14 takes the digits that the template fixes, and Latin ones in English', () => {
    expect(said('{{dateTime value digits="arab"}}', 'ar', MIDNIGHT)).toBe('١ مارس ٢٠٢٧، ٠٠:٣٠');
    expect(said('{{date value}}', 'ar', MIDNIGHT, MIDNIGHT, { digits: 'arab' })).toBe('١ مارس ٢٠٢٧');
    expect(said('{{date value digits="arab"}}', 'en', MIDNIGHT)).toBe('1 March 2027');
  });

  it('reads a day as that day, without a zone', () => {
    expect(said('{{date value weekday=true}}', 'en', '2027-03-01')).toBe('Monday, 1 March 2027');
  });

  it.each(['2027-02-30', '2027-02-30T10:00:00Z', 'soon', '2027-03-01T10:00:00', 1, true, '2027-13-01'])(
    'refuses %j instead of printing Invalid Date',
    (value) => {
      const refused = expect.objectContaining({ code: 'bad_value', variable: 'value' });
      expect(() => said('{{date value}}', 'en', value, MIDNIGHT)).toThrow(refused);
    },
  );

  it('refuses the time of a day without one', () => {
    expect(() => said('{{time value}}', 'en', '2027-03-01', MIDNIGHT)).toThrow(
      expect.objectContaining({ code: 'bad_value' }),
    );
  });
});

describe('money and numbers', () => {
  it.each([
    ['en', '{{money value}}', 12.5, 'BHD 12.500'],
    ['ar', '{{money value}}', 12.5, '12.500 د.ب'],
    ['ar', '{{money value digits="arab"}}', 1234.5, '١٬٢٣٤٫٥٠٠ د.ب'],
    ['en', '{{money value style="name"}}', '3.25', '3.250 Bahraini dinars'],
    ['ar', '{{money value style="name"}}', 0, '0.000 دينار بحريني'],
    ['en', '{{number value}}', 1234.5, '1,234.5'],
    ['en', '{{number value decimals=2}}', 2, '2.00'],
  ] as const)('in %s writes %s of %j as %s', (language, template, value, expected) => {
    expect(said(template, language, value)).toBe(expected);
  });

  it.each([12.3456, 'NaN', '', '1e3', Number.POSITIVE_INFINITY])('refuses %j as money', (value) => {
    expect(() => said('{{money value}}', 'en', value, 1)).toThrow(expect.objectContaining({ variable: 'value' }));
  });
});

describe('plural and choose', () => {
  const ARMS = 'zero="Z" one="O" two="T" few="F #" many="M #" other="X #"';

  it.each([
    [0, 'Z'],
    [1, 'O'],
    [2, 'T'],
    [3, 'F 3'],
    [10, 'F 10'],
    [11, 'M 11'],
    [99, 'M 99'],
    [100, 'X 100'],
    [102, 'X 102'],
    [103, 'F 103'],
    [111, 'M 111'],
  ])('C13 takes the Arabic form of %i', (days, expected) => {
    expect(said(`{{plural value ${ARMS}}}`, 'ar', days)).toBe(expected);
  });

  it('C13 stops where an arm is missing', () => {
    expect(() => said('{{plural value one="O" other="X"}}', 'ar', 2, 1)).toThrow(
      expect.objectContaining({ code: 'missing_arm', variable: 'value' }),
    );
  });

  it('has words for each value of a closed list and for no other', () => {
    const template = '{{choose value paid="Paid" due="Due now"}}';
    expect(said(template, 'en', 'due')).toBe('Due now');
    expect(() => said(template, 'en', 'toString', 'due')).toThrow(expect.objectContaining({ code: 'missing_arm' }));
  });

  it('compares with a literal', () => {
    expect(said('{{#if (eq value "a")}}A{{else if (eq value "b")}}B{{else}}C{{/if}}', 'en', 'b')).toBe('B');
  });

  it('keeps the place in a list while another list runs inside', () => {
    const template =
      '{{#each value}}{{#each this}}{{this}}{{#unless @last}},{{/unless}}{{/each}} {{@index}}{{@last}} {{/each}}';
    expect(said(template, 'en', [['a', 'b', 'c'], ['d']])).toBe('a,b,c 0false d 1true');
  });
});
