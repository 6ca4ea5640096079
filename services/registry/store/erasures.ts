import type { Ledger } from '../../shared/ledger/index.ts';
import { untilWon } from './race.ts';

/** A wish to be erased that is still at work. `_id` is the subscriber's id; gone once nothing is left. */
export type Erasure = {
  _id: string;
  askedAt: Date;
  /** Ids of the person's contacts, whose codes go too. */
  contactIds: string[];
  /** When somebody must go on with it: it was left half-way, or what came in meanwhile is to be looked for. */
  dueAt: Date;
};

export type Erasures = Awaited<ReturnType<typeof createErasures>>;

/** Long enough for a router that read the person a moment before. */
const LAST_LOOK_MS = 5 * 60_000;

/** Wishes to be erased, kept until they are done whatever dies meanwhile; every step may be repeated. */
export async function createErasures({ connection }: Ledger) {
  const collection = connection.collection<Erasure>('erasures');
  await collection.createIndex({ dueAt: 1 }, { name: 'erasure_due' });
  return {
    async ask(subscriberId: string, contactIds: string[], askedAt: Date): Promise<Erasure> {
      const dueAt = new Date(askedAt.getTime() + LAST_LOOK_MS);
      const change = { $set: { askedAt, dueAt }, $addToSet: { contactIds: { $each: contactIds } } };
      const options = { upsert: true, returnDocument: 'after' } as const;
      const stored = await untilWon(() => collection.findOneAndUpdate({ _id: subscriberId }, change, options));
      return stored!;
    },
    due: (now: Date): Promise<Erasure[]> => collection.find({ dueAt: { $lte: now } }, { limit: 100 }).toArray(),
    /** Only the wish that was worked off: one asked again meanwhile stays. */
    async done({ _id, askedAt }: Erasure): Promise<number> {
      return (await collection.deleteMany({ _id, askedAt })).deletedCount;
    },
  };
}
