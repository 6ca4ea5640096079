import { expect, it } from '@jest/globals';
import { retryTransient } from '../../services/shared/ledger/index.ts';
import { updateEach } from '../../services/shared/ledger/update-each.ts';
import { useOwnLedger } from '../support/own-ledger.ts';

const held = useOwnLedger('each');
let next = 0;

/** A collection of the test's own with these documents. */
async function withDocuments(documents: object[]) {
  const collection = held.ledger.connection.collection<{ _id: string }>(`each-${next++}`);
  await collection.insertMany(documents as never[]);
  const all = () => collection.find().batchSize(1_000).sort({ _id: 1 }).toArray();
  return { collection, all };
}

it('gives each document what is meant for it, and leaves its other fields', async () => {
  const { collection, all } = await withDocuments([
    { _id: 'a', status: 'open', kept: 1 },
    { _id: 'b', status: 'open', kept: 2, tries: ['first'] },
    { _id: 'c', status: 'open', kept: 3 },
  ]);
  const at = new Date('2026-01-02T03:04:05.678Z');
  const matched = await updateEach(collection, { status: 'open' }, [
    { _id: 'b', set: { status: 'done', at, ref: null }, append: { tries: [{ no: 1, at }, { no: 2 }] } },
    { _id: 'a', set: { status: 'failed' }, append: { tries: [{ no: 1 }] } },
  ]);
  expect(matched).toBe(2);
  expect(await all()).toEqual([
    { _id: 'a', status: 'failed', kept: 1, tries: [{ no: 1 }] },
    { _id: 'b', status: 'done', kept: 2, at, ref: null, tries: ['first', { no: 1, at }, { no: 2 }] },
    { _id: 'c', status: 'open', kept: 3 },
  ]);
});

it('leaves a document that does not match any more, and says so by its count', async () => {
  const { collection, all } = await withDocuments([
    { _id: 'a', status: 'open' },
    { _id: 'b', status: 'done', word: 'first' },
  ]);
  const change = (_id: string) => ({ _id, set: { status: 'done', word: 'second' }, append: { tries: [1] } });
  expect(await updateEach(collection, { status: 'open' }, [change('a'), change('b'), change('gone')])).toBe(1);
  expect(await all()).toEqual([
    { _id: 'a', status: 'done', word: 'second', tries: [1] },
    { _id: 'b', status: 'done', word: 'first' },
  ]);
  expect(await updateEach(collection, {}, [])).toBe(0);
});

it('takes no value for an expression, a field path or an operator', async () => {
  const { collection, all } = await withDocuments([{ _id: 'a', secret: 'not to be copied' }]);
  const values = { word: '$secret', part: '$$ROOT', call: { $concat: ['$secret', '!'] } };
  await updateEach(collection, {}, [{ _id: 'a', set: values, append: { tries: ['$secret', { $literal: 1 }] } }]);
  expect(await all()).toEqual([
    { _id: 'a', secret: 'not to be copied', ...values, tries: ['$secret', { $literal: 1 }] },
  ]);
});

it('appends what is there already once, so that a repeated step changes nothing', async () => {
  const { collection, all } = await withDocuments([{ _id: 'a', tries: [] }]);
  for (let n = 0; n < 2; n++)
    await updateEach(collection, {}, [{ _id: 'a', set: {}, append: { tries: [{ no: 1, code: '250' }] } }]);
  expect(await all()).toEqual([{ _id: 'a', tries: [{ no: 1, code: '250' }] }]);
});

it('loses nothing that others append to the same documents at that moment', async () => {
  const ids = Array.from({ length: 60 }, (_, n) => `d_${String(n).padStart(2, '0')}`);
  const { collection, all } = await withDocuments(ids.map((_id) => ({ _id, tries: [] })));
  const writers = [0, 1, 2, 3].map(async (writer) => {
    for (let round = 0; round < 10; round++) {
      const changes = ids.map((_id) => ({ _id, set: {}, append: { tries: [`${writer} ${round}`] } }));
      await retryTransient(() => updateEach(collection, {}, changes), 10);
    }
  });
  await Promise.all(writers);
  for (const { tries } of (await all()) as unknown as { tries: string[] }[]) expect(new Set(tries).size).toBe(40);
});
