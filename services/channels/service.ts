import pLimit from 'p-limit';
import { LANES, type Lane } from '../../contracts/status.ts';
import { type Courtesy, createCourtesy } from '../shared/courtesy.ts';
import type { Kafka } from '../shared/kafka/connect.ts';
import { type Consumer, startConsumer } from '../shared/kafka/consumer.ts';
import type { Logger } from '../shared/log.ts';
import type { Timing } from '../shared/timing.ts';
import { deliverBatch } from './deliver.ts';
import type { ChannelDeps } from './deps.ts';
import { fullPace, paceAfter } from './failover/pace.ts';

export type ChannelOptions = Omit<ChannelDeps, 'limit' | 'answered'> & {
  timing: Pick<Timing, 'sessionTimeoutMs'>;
  kafka: Kafka;
  log: Logger;
  prefix: string;
  /** Sends at once on this channel, over all lanes. */
  concurrency: number;
  lanes?: readonly Lane[];
  /** Shared by the channels of a process. */
  courtesy?: Courtesy;
  onCrash(error: Error): void;
};
export type ChannelService = { stop(): Promise<void>; consumers: { name: string; consumer: Consumer }[] };

/** Each lane has its own share of the connections and its own consumer: a campaign never stands before a code. */
const SHARE: Record<Lane, number> = { urgent: 0.25, normal: 0.5, bulk: 0.25 };

/** What a campaign takes at a time: little while other lanes have work, so that theirs comes between. */
const BULK = { alone: { chunk: 100, inFlight: 3 }, beside: { chunk: 40, inFlight: 1 } };

/** Starts one channel: a consumer for each lane. */
export async function startChannel(options: ChannelOptions): Promise<ChannelService> {
  const { channel, lanes = LANES, courtesy = createCourtesy() } = options;
  const consumers = await Promise.all(
    lanes.map(async (lane) => ({ name: `${channel}.${lane}`, consumer: await startLane(lane, courtesy, options) })),
  );
  return {
    consumers,
    async stop() {
      await Promise.all(consumers.map(({ consumer }) => consumer.stop()));
      await options.provider.close();
    },
  };
}

function startLane(lane: Lane, courtesy: Courtesy, options: ChannelOptions): Promise<Consumer> {
  const { channel, kafka, log, topics, prefix, onCrash, timing } = options;
  const bite = lane === 'bulk' ? bulkBites(courtesy) : bites(lane, courtesy);
  const deps: ChannelDeps = { ...options, ...paced(lane, options), bite };
  return startConsumer({
    kafka,
    log,
    groupId: `${prefix}.channels.${channel}.${lane}`,
    topics: [topics.deliveries(channel, lane)],
    maxBatch: 2_000,
    // A campaign takes one partition after the other: its chunks must not fill process and database before all others.
    ...(lane === 'bulk' && { partitionsAtOnce: 1 }),
    handle: (messages, givenUp) => deliverBatch(messages, deps, givenUp),
    onCrash,
    sessionTimeoutMs: timing.sessionTimeoutMs,
  });
}

/** The other lanes take what does them good, and say that they have work. */
const bites = (lane: Lane, courtesy: Courtesy) => async () => {
  courtesy.worked(lane);
  return BULK.alone;
};

/** A campaign's bites: while other lanes have work they are small, with a rest after each. */
function bulkBites(courtesy: Courtesy) {
  let began: number | null = null;
  return async () => {
    if (began !== null) await courtesy.rest('bulk', performance.now() - began, 2);
    began = performance.now();
    return courtesy.othersWork('bulk') ? BULK.beside : BULK.alone;
  };
}

/** Room for a lane's calls, which shrinks while its provider asks to slow down. */
function paced(lane: Lane, { channel, concurrency, metrics }: ChannelOptions): Pick<ChannelDeps, 'limit' | 'answered'> {
  const most = Math.max(1, Math.round(concurrency * SHARE[lane]));
  const limit = pLimit(most);
  let pace = fullPace(most);
  metrics.laneLimit.set({ channel, lane }, most);
  return {
    limit,
    answered(kind, at) {
      pace = paceAfter(pace, kind, at.getTime(), most);
      const room = Math.floor(pace.limit);
      if (room === limit.concurrency) return;
      limit.concurrency = room;
      metrics.laneLimit.set({ channel, lane }, room);
    },
  };
}
