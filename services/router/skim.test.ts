import { expect, it } from '@jest/globals';
import { sampleCatalogue } from '../shared/event/sample-catalogue.ts';
import { mixesLanes } from '../shared/kafka/groups.ts';
import { NOON } from '../shared/ledger/samples.ts';
import { farAhead } from './skim.ts';

const message = (offset: string) => ({
  ...{ topic: 'events', partition: 1, key: null, value: null, headers: {} },
  ...{ offset, at: NOON },
});

it('leaves to the router what it has done or soon comes to, by offsets as numbers', async () => {
  const messages = ['999', '1299', '1300', '1301'].map(message);
  const asked: unknown[] = [];
  const left = await farAhead(messages, async (...place) => {
    asked.push(place);
    return 1_000n;
  });
  expect(left.map(({ offset }) => offset)).toEqual(['1300', '1301']);
  expect(asked).toEqual([['events', 1]]);
  expect(await farAhead(messages, async () => 1_302n)).toEqual([]);
});

it('asks nothing for an empty batch', async () => {
  expect(await farAhead([], () => Promise.reject(new Error('asked')))).toEqual([]);
});

it('goes ahead only for entities that have urgent types and others', () => {
  const types = sampleCatalogue().entities.flatMap((entity) => entity.types);
  const withLanes = (...lanes: ('urgent' | 'bulk' | undefined)[]) => ({
    types: lanes.map((lane) => ({ ...types[0]!, lane })) as [(typeof types)[0]],
  });
  expect(mixesLanes(withLanes('urgent', undefined))).toBe(true);
  expect([mixesLanes(withLanes('urgent')), mixesLanes(withLanes('bulk', undefined))]).toEqual([false, false]);
});
