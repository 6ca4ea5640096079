import { beforeAll, expect, it } from '@jest/globals';
import { useOwnLedger } from '../support/own-ledger.ts';

/** More than a driver fetches at once when nobody asks for more, which is 101. */
const MANY = 300;
const ROUNDS = 40;

const held = useOwnLedger('whole');
beforeAll(async () => {
  const documents = Array.from({ length: MANY }, (_, n) => ({
    ...{ _id: `d_${n}`, notificationId: `n_${n % 150}`, status: 'queued', dueAt: new Date(0) },
  }));
  await held.ledger.deliveries.collection.insertMany(documents as never[]);
}, 60_000);

async function whileUpdated(step: () => Promise<void>): Promise<void> {
  let going = true;
  const updates = (async () => {
    for (let n = 0; going; n = (n + 37) % MANY) {
      const some = Array.from({ length: 30 }, (_, at) => `d_${(n + at) % MANY}`).sort();
      await held.ledger.deliveries.collection.updateMany(
        { _id: { $in: some as never[] } },
        { $set: { dueAt: new Date(n) } },
      );
    }
  })();
  try {
    await step();
  } finally {
    going = false;
    await updates;
  }
}

const notices = Array.from({ length: 150 }, (_, n) => `n_${n}`);

it.each<[string, () => PromiseLike<{ _id: string }[]>]>([
  ['find', () => held.ledger.deliveries.find({ notificationId: { $in: notices } }).lean<{ _id: string }[]>()],
  ['aggregate', () => held.ledger.deliveries.aggregate([{ $match: { notificationId: { $in: notices } } }])],
])('%s gives each document once while others update them', async (_, read) => {
  await whileUpdated(async () => {
    for (let n = 0; n < ROUNDS; n++) {
      const found = await read();
      expect([found.length, new Set(found.map(({ _id }) => _id)).size]).toEqual([MANY, MANY]);
    }
  });
});
