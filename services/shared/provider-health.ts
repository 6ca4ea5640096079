import type { Channel } from '../../contracts/status.ts';
import type { Ledger } from './ledger/index.ts';

/** How a provider stands, as one worker process sees it. */
export type ProviderStanding = {
  channel: Channel;
  provider: string;
  breaker: 'closed' | 'half-open' | 'open';
  /** Share of the messages that it gets now, and moving share of errors; between 0 and 1. */
  share: number;
  errors: number;
  /** Moving time from hand-over to receipt. */
  receiptMs: number | null;
};
type HealthDocument = ProviderStanding & { _id: string; at: Date };
type HealthLedger = Pick<Ledger, 'connection'>;

/** What no process has said for so long does not hold any more. */
export const FRESH_MS = 30_000;
const FORGET_MS = 3_600_000;

/** Breakers live in the memory of each worker; what they say is published here, in one write, for those who watch. */
export async function publishStandings(ledger: HealthLedger, process: string, standings: ProviderStanding[], at: Date) {
  if (standings.length === 0) return;
  await healthOf(ledger).bulkWrite(
    standings
      .map((standing) => ({ ...standing, _id: `${process}:${standing.channel}:${standing.provider}` }))
      .toSorted((a, b) => (a._id < b._id ? -1 : 1))
      .map(({ _id, ...standing }) => ({
        updateOne: { filter: { _id }, update: { $set: { ...standing, at } }, upsert: true },
      })),
    { ordered: false },
  );
}

/** Forgets what a process said, when it ends. */
export const withdrawStandings = async (ledger: HealthLedger, process: string): Promise<void> => {
  await healthOf(ledger).deleteMany({ _id: { $gte: `${process}:`, $lt: `${process};` } } as object);
};

/** What the processes say that are at work. */
export async function readStandings(ledger: HealthLedger, now: Date): Promise<ProviderStanding[]> {
  const found = await healthOf(ledger).find({}).toArray();
  return found.filter(({ at }) => now.getTime() - at.getTime() < FRESH_MS);
}

/** Removes what processes left that ended without a word. Gives how many. */
export const sweepStandings = async (ledger: HealthLedger, now: Date): Promise<number> =>
  (await healthOf(ledger).deleteMany({ at: { $lt: new Date(now.getTime() - FORGET_MS) } } as object)).deletedCount;

const healthOf = ({ connection }: HealthLedger) => connection.collection<HealthDocument>('provider_health');
