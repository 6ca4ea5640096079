import type { EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from '../log.ts';

export type IncomingMessage = {
  topic: string;
  partition: number;
  offset: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, string>;
  /** When the broker or the publisher stamped it. */
  at: Date;
};

export type ConsumerOptions = {
  kafka: Kafka;
  groupId: string;
  topics: string[];
  log: Logger;
  /**
   * Messages of one partition, in order. Resolves when their result is stored; only then are offsets committed.
   * `givenUp` turns true when the process stops or the partition went to another: a handler whose batch takes long may
   * then leave the rest undone, and says so by `false`. Asking it is a sign of life: a batch that is slow is not stuck.
   */
  handle(messages: IncomingMessage[], givenUp: () => boolean): Promise<unknown>;
  /** Messages at a time; asked before each bite, so that it may depend on what else is going on. */
  maxBatch?: number | (() => number);
  partitionsAtOnce?: number;
  /** The consumer is gone for good: the process should exit and be started again by its supervisor. */
  onCrash(error: Error): void;
  sessionTimeoutMs?: number;
  /** A clock that only ever goes on, in milliseconds: how long something takes must not change when the machine's is set. */
  steady?: () => number;
};

export type Consumer = {
  stop(): Promise<void>;
  /** For readiness, on the steady clock: when it last fetched or finished a batch, since when it handles one without a sign of life. */
  progress(): { lastProgressAt: number; handlingSince: number | null; joined: boolean };
};

/** Several fit into a session, so that a late one costs nothing. */
const heartbeatFor = (sessionTimeoutMs: number) => Math.min(3_000, sessionTimeoutMs / 5);
/** Longer than a provider call, shorter than a process may take to stop. */
const STOP_MS = 20_000;

/**
 * Consumes in batches and commits after each. A handler's failure is repeated with backoff and never skipped: what can
 * not be processed at all must be dead-lettered by the handler itself. Guards for kafkajs's known faults: heartbeats go
 * out on a timer while a batch is handled; a stale batch is dropped; a crash is reported instead of leaving a dead consumer.
 */
export async function startConsumer(options: ConsumerOptions): Promise<Consumer> {
  const { kafka, groupId, topics, log, maxBatch = 500, partitionsAtOnce = 3, sessionTimeoutMs = 30_000 } = options;
  const { steady = () => performance.now() } = options;
  const heartbeatMs = heartbeatFor(sessionTimeoutMs);
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: heartbeatMs,
    rebalanceTimeout: 60_000,
    maxWaitTimeInMs: 1_000,
    retry: { retries: 8, restartOnFailure: async () => true },
  });
  const state = { lastProgressAt: steady(), joined: false, stopping: false };
  // One entry a batch under way: partitions are handled side by side, and a stuck one must not hide behind the others.
  const alive = new Map<symbol, number>();
  const touch = () => {
    state.lastProgressAt = steady();
  };
  consumer.on(consumer.events.GROUP_JOIN, () => {
    state.joined = true;
    touch();
  });
  consumer.on(consumer.events.FETCH, touch);
  consumer.on(consumer.events.HEARTBEAT, touch);
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    state.joined = false;
    if (!restart && !state.stopping) options.onCrash(error);
  });
  await consumer.connect();
  // The same topic list for every member: kafkajs leaves partitions unassigned when lists differ within a group.
  await consumer.subscribe({ topics, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: partitionsAtOnce,
    eachBatch: (payload) => handleBatch(payload),
  });
  return {
    async stop() {
      state.stopping = true;
      await withDeadline(consumer.disconnect(), STOP_MS);
    },
    progress: () => ({ ...state, handlingSince: alive.size > 0 ? Math.min(...alive.values()) : null }),
  };

  async function handleBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, isRunning, isStale } = payload;
    const beat = setInterval(() => void heartbeat().catch(() => {}), heartbeatMs);
    try {
      for (let at = 0, bite = 0; at < batch.messages.length; at += bite) {
        bite = typeof maxBatch === 'number' ? maxBatch : maxBatch();
        const messages = batch.messages.slice(at, at + bite).map((message) => incoming(batch, message));
        const done = await untilDone(messages, () => state.stopping || !isRunning() || isStale());
        if (!done) return;
        const next = (BigInt(messages.at(-1)!.offset) + 1n).toString();
        payload.resolveOffset(messages.at(-1)!.offset);
        // Not the consumer's own commitOffsets: kafkajs drops that without a word once a stop has begun.
        const { topic, partition } = batch;
        await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: next }] }] });
        touch();
      }
    } finally {
      clearInterval(beat);
    }
  }

  async function untilDone(messages: IncomingMessage[], over: () => boolean): Promise<boolean> {
    const batch = Symbol('batch');
    const givenUp = () => {
      if (alive.has(batch)) alive.set(batch, steady());
      return over();
    };
    for (let n = 0; !over(); n++) {
      alive.set(batch, alive.get(batch) ?? steady());
      try {
        const done = await options.handle(messages, givenUp);
        alive.delete(batch);
        return done !== false;
      } catch (error) {
        const { code, name } = error as { code?: string; name?: string };
        log.error({ event: 'batch_failed', topic: messages[0]?.topic, tries: n + 1, code: String(code ?? name) });
        await pause(Math.min(10_000, 100 * 2 ** n) * (0.5 + Math.random() / 2));
      }
    }
    alive.delete(batch);
    return false;
  }
}

function incoming(
  batch: EachBatchPayload['batch'],
  message: EachBatchPayload['batch']['messages'][number],
): IncomingMessage {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) headers[name] = String(value ?? '');
  const { topic, partition } = batch;
  const { offset, key, value } = message;
  return { topic, partition, offset, key, value, headers, at: new Date(Number(message.timestamp)) };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** kafkajs's disconnect can wait for ever; a stop must not. */
async function withDeadline(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
