import { describe, expect, it } from '@jest/globals';
import { createBlind } from '../../shared/crypto/blind.ts';
import { freshKeyRing, parseKeyRing } from '../../shared/crypto/keyring.ts';
import { readBox } from './box.ts';
import { readFilter, writeFilter } from './filter.ts';

const blind = createBlind(parseKeyRing(freshKeyRing()));
const read = (text: string) => readBox(text, { blind, servedCountries: ['BH', 'SA'] });
const HEX = '0123456789abcdef0123456789abcdef';

describe('the one box', () => {
  it.each([
    ['900100001', 'cpr:900100001'],
    ['٩٠٠١٠٠٠٠١', 'cpr:900100001'],
    [' 900 100-001 ', 'cpr:900100001'],
    ['cpr:900100001', 'cpr:900100001'],
    ['company:12345', 'company:12345-1'],
    ['12345-1', 'company:12345-1'],
  ])('C02: takes %s for a national number', (typed, subject) => {
    // Seven to nine digits may be an Omani number as well.
    expect(read(typed)).toMatchObject({
      kind: 'personal',
      personal: { subscriberIds: expect.arrayContaining([blind.subscriberId(subject)]) },
    });
  });

  it.each([
    ['+973 3600 1234', 'sms', '+97336001234'],
    ['٣٦٠٠١٢٣٤', 'sms', '+97336001234'],
    ['Noor@Example.com', 'email', 'noor@example.com'],
  ] as const)('C01: takes %s for an address', (typed, channel, address) => {
    expect(read(typed)).toMatchObject({ personal: { addressIds: [blind.addressId(channel, address)] } });
  });

  it.each(['noor@example', '9001000011', '973360012', '+44 7400 123456'])(
    'keeps %s out of address lines although it names nobody that can be found',
    (typed) => {
      expect(read(typed)).toMatchObject({ kind: 'personal' });
    },
  );

  it.each([
    [`n_${HEX}`, { kind: 'id', id: `n_${HEX}` }],
    [`D_${HEX.toUpperCase()}`, { kind: 'id', id: `d_${HEX}` }],
    ['AB12-CD34', { kind: 'key', key: 'AB12-CD34' }],
    ['evt-2026-11-24-0001', { kind: 'key', key: 'evt-2026-11-24-0001' }],
    ['1234', { kind: 'key', key: '1234' }],
    ['  \u200f ', { kind: 'empty' }],
  ])('reads %s as %j', (typed, expected) => {
    expect(read(typed)).toEqual(expected);
  });
});

describe('the address line of a search', () => {
  it('gives the same filter again', () => {
    const { filter } = readFilter({
      ...{
        what: 'notices',
        id: `n_${HEX},n_${HEX}`,
        person: `s_${HEX}`,
        key: 'evt 1',
        entity: 'sijilat',
        status: 'reached',
      },
      ...{ reason: 'expired', since: '2026-11-24T09:00:00Z', until: '2026-11-24T12:30', after: `mieqyc00.n_${HEX}` },
    });
    expect(filter).toMatchObject({
      until: new Date('2026-11-24T09:30:00Z'),
      ids: [`n_${HEX}`, `n_${HEX}`],
      status: 'reached',
    });
    expect(readFilter(Object.fromEntries(writeFilter(filter))).filter).toEqual(filter);
  });

  it.each([
    [{ status: 'reached' }, 'status', 'not_of_these'],
    [{ what: 'notices', status: 'failed' }, 'status', 'not_of_these'],
    [{ reason: 'because' }, 'reason', 'not_known'],
    [{ channel: 'fax' }, 'channel', 'not_known'],
    [{ since: 'yesterday' }, 'since', 'not_a_time'],
    [{ since: '2026-11-24T12:00Z', until: '2026-11-24T09:00Z' }, 'until', 'wrong_order'],
    [{ entity: { $ne: '' } }, null, null],
    [{ entity: 'a b' }, 'entity', 'not_known'],
  ])('names what is wrong in %j', (query, field, code) => {
    expect(readFilter(query).faults).toEqual(field === null ? [] : [{ field, code }]);
  });
});
