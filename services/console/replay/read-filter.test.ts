import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../shared/catalogue.ts';
import { MOST_IDS, readReplayFilter } from './read-filter.ts';

const catalogue = loadCatalogue();
const id = (n: number) => `d_${String(n).padStart(32, '0')}`;

describe('a filter that was typed', () => {
  it('has what is named, and nothing of fields that were left empty', () => {
    const fields = { entity: 'sijilat', channel: 'sms', provider: ' ', reason: 'provider_unavailable', type: '' };
    expect(readReplayFilter(fields, catalogue)).toEqual({
      filter: { entity: 'sijilat', channel: 'sms', reason: 'provider_unavailable' },
      faults: [],
    });
  });

  it('reads times on the clock of Bahrain, three hours ahead of UTC', () => {
    const { filter } = readReplayFilter({ since: '2026-11-24T08:00', until: '2026-11-24T10:30' }, catalogue);
    expect([filter.since?.toISOString(), filter.until?.toISOString()]).toEqual([
      '2026-11-24T05:00:00.000Z',
      '2026-11-24T07:30:00.000Z',
    ]);
  });

  it('takes ids in lines, each once', () => {
    expect(readReplayFilter({ ids: `${id(1)}\r\n${id(2)}, ${id(1)}\n` }, catalogue).filter.ids).toEqual([id(1), id(2)]);
  });

  it.each([
    ['entity', 'nobody', 'not_known'],
    ['type', 'bh.gov.nothing.v1', 'not_known'],
    ['channel', 'fax', 'not_known'],
    ['provider', '$ne', 'not_known'],
    ['reason', 'bad_luck', 'not_known'],
    ['since', 'yesterday', 'not_a_time'],
    ['until', '2026-13-40T99:00', 'not_a_time'],
    ['ids', 'n_00000000000000000000000000000001', 'not_an_id'],
    ['ids', Array.from({ length: MOST_IDS + 1 }, (_, n) => id(n)).join(' '), 'not_an_id'],
  ])('says what is wrong with %s', (field, text, code) => {
    expect(readReplayFilter({ [field]: text }, catalogue).faults).toEqual([{ field, code }]);
  });

  it('does not end before it begins', () => {
    const { faults } = readReplayFilter({ since: '2026-11-24T10:00', until: '2026-11-24T10:00' }, catalogue);
    expect(faults).toEqual([{ field: 'until', code: 'wrong_order' }]);
  });
});
