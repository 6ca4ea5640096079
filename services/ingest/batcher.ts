export type Batcher<Item, Result> = {
  /** Resolves with the result of this item once the batch that it travelled in is done. */
  add(item: Item): Promise<Result>;
  /** Items that wait or travel. */
  size(): number;
};

/** A batch's place in the row. */
export type Turn = {
  /** Lets the next batch set out before this one is done. */
  next(): void;
  /** Resolves when the batch before is done; rejects when that failed. */
  before: Promise<void>;
};

export type BatcherOptions<Item, Result> = {
  /** One result an item, in the same order. A throw fails the whole batch. */
  run(items: Item[], turn: Turn): Promise<Result[]>;
  bytesOf(item: Item): number;
  maxItems?: number;
  maxBytes?: number;
  waitMs?: number;
  maxWaiting?: number;
};

type Entry<Item, Result> = { item: Item; bytes: number; resolve(result: Result): void; reject(error: Error): void };

/** The queue is full: the caller should try again later. */
export class OverloadError extends Error {
  readonly code = 'overload';
  readonly retryable = true;
}

/** The one that is stored while the one before it is produced. */
const MOST_UNDER_WAY = 2;

/**
 * Gathers what concurrent requests bring into batches: at most `maxItems` or `maxBytes`, waiting at most `waitMs` for
 * company. A batch sets out when the one before it is done or lets it, and grows by itself meanwhile; what must keep the
 * order in which items came waits for `before`. When a batch fails, those that waited behind it fail with it instead of
 * each waiting out the same broken broker.
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { run, bytesOf, maxItems = 500, maxBytes = 700 * 1024, waitMs = 2, maxWaiting = 20_000 } = options;
  let waiting: Entry<Item, Result>[] = [];
  let travelling = 0;
  let underWay = 0;
  let held = false;
  let last: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;

  return {
    add(item) {
      if (waiting.length >= maxWaiting) return Promise.reject(new OverloadError('too many events are waiting'));
      return new Promise((resolve, reject) => {
        waiting.push({ item, bytes: bytesOf(item), resolve, reject });
        if (held || underWay === MOST_UNDER_WAY) return;
        if (waiting.length >= maxItems) depart();
        else timer ??= setTimeout(depart, waitMs);
      });
    },
    size: () => waiting.length + travelling,
  };

  function depart(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (held || underWay === MOST_UNDER_WAY || waiting.length === 0) return;
    const batch = takeBatch();
    const next = once(() => {
      held = false;
      depart();
    });
    held = true;
    underWay += 1;
    travelling += batch.length;
    const before = last;
    const done = travel(batch, { next, before });
    last = done;
    const arrive = (rest: Promise<void>) => () => {
      underWay -= 1;
      travelling -= batch.length;
      if (last === done) last = rest;
      next();
      depart();
    };
    // A failure is nobody's who sets out later; but one that failed at once may have left the one before it under way.
    done.then(arrive(Promise.resolve()), arrive(before.catch(() => {})));
  }

  function takeBatch(): Entry<Item, Result>[] {
    let count = 0;
    let bytes = 0;
    for (const entry of waiting) {
      if (count === maxItems || (count > 0 && bytes + entry.bytes > maxBytes)) break;
      count += 1;
      bytes += entry.bytes;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return batch;
  }

  async function travel(batch: Entry<Item, Result>[], turn: Turn): Promise<void> {
    try {
      const results = await run(
        batch.map(({ item }) => item),
        turn,
      );
      for (const [at, { resolve }] of batch.entries()) resolve(results[at]!);
    } catch (error) {
      const behind = waiting;
      waiting = [];
      for (const { reject } of [...batch, ...behind]) reject(error as Error);
      throw error;
    }
  }
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
