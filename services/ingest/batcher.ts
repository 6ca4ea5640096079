export type Batcher<Item, Result> = {
  /** Resolves with the result of this item once the batch that it travelled in is done. */
  add(item: Item): Promise<Result>;
  /** Items that wait or travel. */
  size(): number;
};

export type BatcherOptions<Item, Result> = {
  /** One result an item, in the same order. A throw fails the whole batch. */
  run(items: Item[]): Promise<Result[]>;
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

/**
 * Gathers what concurrent requests bring into batches: at most `maxItems` or `maxBytes`, waiting at most `waitMs` for
 * company. One batch travels at a time, so items leave in the order in which they came, and a batch grows by itself
 * while the one before it is under way. When a batch fails, those that waited behind it fail with it instead of each
 * waiting out the same broken broker.
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { run, bytesOf, maxItems = 500, maxBytes = 700 * 1024, waitMs = 2, maxWaiting = 20_000 } = options;
  let waiting: Entry<Item, Result>[] = [];
  let travelling = 0;
  let timer: NodeJS.Timeout | null = null;

  return {
    add(item) {
      if (waiting.length >= maxWaiting) return Promise.reject(new OverloadError('too many events are waiting'));
      return new Promise((resolve, reject) => {
        waiting.push({ item, bytes: bytesOf(item), resolve, reject });
        if (travelling > 0) return;
        if (waiting.length >= maxItems) depart();
        else timer ??= setTimeout(depart, waitMs);
      });
    },
    size: () => waiting.length + travelling,
  };

  function depart(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (travelling > 0 || waiting.length === 0) return;
    const batch = takeBatch();
    travelling = batch.length;
    void travel(batch).finally(() => {
      travelling = 0;
      depart();
    });
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

  async function travel(batch: Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [at, { resolve }] of batch.entries()) resolve(results[at]!);
    } catch (error) {
      const behind = waiting;
      waiting = [];
      for (const { reject } of [...batch, ...behind]) reject(error as Error);
    }
  }
}
