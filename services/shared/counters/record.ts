import type { Ledger } from '../ledger/index.ts';
import type { Logger } from '../log.ts';
import { bucketOf } from './histogram.ts';
import { beginOf, type CounterDocument, type FlowField, type FlowKey, type Grain, type ProviderKey } from './types.ts';

export type Counters = {
  /** Counts something of notices or deliveries. */
  flow(key: FlowKey, field: FlowField, n?: number): void;
  /** The time from event to hand-off of a delivery that nobody asked to wait. */
  handoff(key: FlowKey, ms: number): void;
  /** One call to a provider, and whether it failed for a reason of the provider's. */
  call(key: ProviderKey, isError: boolean): void;
  /** The time from hand-over to a receipt. */
  receipt(key: ProviderKey, ms: number): void;
  /** Writes what was counted since the last time. Never throws: what could not be written waits for the next time. */
  flush(): Promise<void>;
  /** The last flush. */
  stop(): Promise<void>;
};

export type CounterDeps = { ledger: Pick<Ledger, 'connection'>; clock: () => Date; log: Logger; flushMs?: number };

type Sum = { set: Record<string, unknown>; inc: Record<string, number> };

const FLOW_GRAINS: Grain[] = ['minute', 'hour', 'day'];
const PROVIDER_GRAINS: Grain[] = ['minute'];
/** So many documents may wait while the ledger is away; what comes after is not counted. */
const MOST_WAITING = 20_000;

/**
 * Kept counters: added up in this process, and written once a second in one bulk write, so that counting costs the way
 * of a notice nothing. They are for seeing, not for proving: a process that dies takes its last second of counts with it,
 * and counts whose write was made but not answered are written twice. The ledger's own documents are the truth.
 */
export function createCounters({ ledger, clock, log, flushMs = 1_000 }: CounterDeps): Counters {
  let sums = new Map<string, Sum>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  const beginsOf = createBegins();

  function add(grains: Grain[], set: Record<string, unknown>, name: string, field: string, n: number): void {
    const begins = beginsOf(clock());
    for (const grain of grains) {
      const { at, prefix } = begins[grain];
      const id = `${prefix}:${name}`;
      let sum = sums.get(id);
      if (!sum) {
        if (sums.size >= MOST_WAITING) return;
        sum = { set: { grain, at, ...set }, inc: {} };
        sums.set(id, sum);
      }
      sum.inc[field] = (sum.inc[field] ?? 0) + n;
    }
    // Begun by the first count, so that a process that counts nothing has no timer.
    timer ??= setTimeout(() => {
      timer = null;
      void flush();
    }, flushMs).unref();
  }

  const flow = ({ channel, entity, lane }: FlowKey, field: string, n: number) =>
    add(
      FLOW_GRAINS,
      { kind: 'flow', channel, entity, lane },
      `flow:${channel ?? 'notice'}:${entity}:${lane}`,
      field,
      n,
    );
  const ofProvider = ({ channel, provider }: ProviderKey, field: string) =>
    add(PROVIDER_GRAINS, { kind: 'provider', channel, provider }, `provider:${channel}:${provider}`, field, 1);

  function flush(): Promise<void> {
    writing = writing.then(write);
    return writing;
  }

  async function write(): Promise<void> {
    if (sums.size === 0) return;
    const batch = sums;
    sums = new Map();
    const left = await writeSums(ledger, batch).catch((error) => {
      log.warn({ event: 'counters_waiting', code: String(error?.code ?? error?.name), count: batch.size });
      return batch;
    });
    for (const [id, sum] of left) putBack(sums, id, sum);
  }

  return {
    flow: (key, field, n = 1) => flow(key, field, n),
    handoff: (key, ms) => flow(key, `h${bucketOf(ms)}`, 1),
    call(key, isError) {
      ofProvider(key, 'calls');
      if (isError) ofProvider(key, 'errors');
    },
    receipt: (key, ms) => ofProvider(key, `h${bucketOf(ms)}`),
    flush,
    stop() {
      if (timer) clearTimeout(timer);
      timer = null;
      return flush();
    },
  };
}

type Begins = Record<Grain, { at: Date; prefix: string }>;

/** When the grains began that a moment lies in. Worked out once a minute, since dates cost more than counting. */
function createBegins(): (now: Date) => Begins {
  let minute = Number.NaN;
  let begins: Begins;
  return (now) => {
    const current = beginOf('minute', now).getTime();
    if (current !== minute) {
      const one = (grain: Grain) => {
        const at = beginOf(grain, now);
        return { at, prefix: `${grain}:${at.toISOString().slice(0, 16)}` };
      };
      begins = { minute: one('minute'), hour: one('hour'), day: one('day') };
      minute = current;
    }
    return begins;
  };
}

/** One bulk write in order of `_id`. Gives back what another process got in the way of, to be written the next time. */
async function writeSums({ connection }: CounterDeps['ledger'], batch: Map<string, Sum>): Promise<Map<string, Sum>> {
  const entries = [...batch].toSorted(([a], [b]) => (a < b ? -1 : 1));
  try {
    await connection.collection<CounterDocument>('counters').bulkWrite(
      entries.map(([_id, { set, inc }]) => ({
        updateOne: { filter: { _id }, update: { $setOnInsert: set, $inc: inc } as never, upsert: true },
      })),
      { ordered: false },
    );
    return new Map();
  } catch (error) {
    const failed = (error as { writeErrors?: { index: number }[] }).writeErrors;
    if (!failed) throw error;
    return new Map([failed].flat().map(({ index }) => entries[index]!));
  }
}

function putBack(sums: Map<string, Sum>, id: string, { set, inc }: Sum): void {
  const sum = sums.get(id) ?? { set, inc: {} };
  for (const [field, n] of Object.entries(inc)) sum.inc[field] = (sum.inc[field] ?? 0) + n;
  sums.set(id, sum);
}
