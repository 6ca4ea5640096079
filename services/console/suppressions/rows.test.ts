import { describe, expect, it } from '@jest/globals';
import { createBlind } from '../../shared/crypto/blind.ts';
import { freshKeyRing, parseKeyRing } from '../../shared/crypto/keyring.ts';
import { at, NOON } from '../../shared/ledger/samples.ts';
import { EXPORT_COLUMNS, exportLine } from './index.ts';
import { readRows } from './rows.ts';

const blind = createBlind(parseKeyRing(freshKeyRing()));
const rules = { blind, servedCountries: ['BH'], smtpUtf8: false };
const REST = { source: 'hard_bounce', because: 'list of the mail relay', until: null };
const read = (text: string) => readRows(text, REST, rules, NOON);
const MOBILE = blind.addressId('sms', '+97336001234');
const MAIL = blind.addressId('email', 'noor@example.com');

describe('a list of addresses to suppress', () => {
  it('knows each by its blind id, however it is written, and shows it masked', () => {
    const { rows, bad } = read('Address\r\n٣٦٠٠١٢٣٤\r\n" Noor@Example.com "\r\n');
    const said = { source: 'hard_bounce', because: 'list of the mail relay', until: null };
    expect(rows).toEqual([
      { id: MOBILE, channel: 'sms', hint: '*1234', ...said },
      { id: MAIL, channel: 'email', hint: 'n***@example.com', ...said },
    ]);
    expect(bad).toEqual([]);
  });

  it('takes what a row says before what is said of all', () => {
    const { rows } = read(
      '\ufeffaddress,source,because,until\nnoor@example.com,complaint,"asked, by letter",2026-11-25\n',
    );
    expect(rows).toMatchObject([
      { source: 'complaint', because: 'asked, by letter', until: new Date('2026-11-25T00:00:00Z') },
    ]);
  });

  it('names bad rows by their line and never by what they say', () => {
    const { rows, bad } = read(
      'address,source,until\n36001234,,\n973,,\n+97336001234,,\nnoor@,,\nnoor@example.com,gossip,\nnoor@example.com,,2020-01-01\nnoor@example.com,,soon\n,,\n',
    );
    expect(rows.map(({ id }) => id)).toEqual([MOBILE]);
    expect(bad).toEqual([
      { line: 3, code: 'number_not_valid' },
      { line: 4, code: 'twice' },
      { line: 5, code: 'email_not_valid' },
      { line: 6, code: 'unknown_source' },
      { line: 7, code: 'until_past' },
      { line: 8, code: 'until_not_valid' },
      { line: 9, code: 'address_missing' },
    ]);
  });

  it('reads what was exported, without an address', () => {
    const entry = { _id: MAIL, channel: 'email', source: 'operator', by: 'op', at: NOON, until: at(60) } as const;
    const line = exportLine({ ...entry, because: 'said "no", twice' });
    expect(line).toBe(`${MAIL},email,operator,"said ""no"", twice",2026-11-24T09:00:00.000Z,2026-11-24T09:01:00.000Z`);
    const { rows } = read(`${EXPORT_COLUMNS.join(',')}\n${line}\n`);
    expect(rows).toEqual([
      { id: MAIL, channel: 'email', source: 'operator', because: 'said "no", twice', until: at(60), hint: null },
    ]);
  });

  it('gives a spreadsheet no formula', () => {
    const entry = { _id: MAIL, channel: 'email', source: 'operator', by: 'op', at: NOON, until: null } as const;
    expect(exportLine({ ...entry, because: '=HYPERLINK("x")' })).toContain(`"'=HYPERLINK(""x"")"`);
  });

  it.each([
    ['', 'empty'],
    ['address\n', 'empty'],
    ['number\n36001234\n', 'no_address_column'],
    ['address\n"36001234\n', 'not_csv'],
    [`address\n${'x\n'.repeat(100_001)}`, 'too_many_rows'],
  ])('is refused as a whole: %#', (text, code) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code }));
  });
});
