import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectLedger, type Ledger } from '../../services/shared/ledger/index.ts';

/** More than a driver fetches at once when nobody asks for more, which is 101. */
const MANY = 300;
const ROUNDS = 40;

let ledger: Ledger;
beforeAll(async () => {
  ledger = await connectLedger({
    uri: process.env.MONGODB_URI ?? '',
    dbName: `whole-${randomBytes(5).toString('hex')}`,
  });
  const documents = Array.from({ length: MANY }, (_, n) => ({
    ...{ _id: `d_${n}`, notificationId: `n_${n % 150}`, status: 'queued', dueAt: new Date(0) },
  }));
  await ledger.deliveries.collection.insertMany(documents as never[]);
}, 60_000);
afterAll(async () => {
  await ledger?.connection.dropDatabase();
  await ledger?.close();
});

async function whileUpdated(step: () => Promise<void>): Promise<void> {
  let going = true;
  const updates = (async () => {
    for (let n = 0; going; n = (n + 37) % MANY) {
      const some = Array.from({ length: 30 }, (_, at) => `d_${(n + at) % MANY}`).sort();
      await ledger.deliveries.collection.updateMany(
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
  ['find', () => ledger.deliveries.find({ notificationId: { $in: notices } }).lean<{ _id: string }[]>()],
  ['aggregate', () => ledger.deliveries.aggregate([{ $match: { notificationId: { $in: notices } } }])],
])('%s gives each document once while others update them', async (_, read) => {
  await whileUpdated(async () => {
    for (let n = 0; n < ROUNDS; n++) {
      const found = await read();
      expect([found.length, new Set(found.map(({ _id }) => _id)).size]).toEqual([MANY, MANY]);
    }
  });
});
