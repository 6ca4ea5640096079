import type { Channel } from '../../contracts/status.ts';
import { registerPeople } from '../support/people.ts';
import { publishEvents } from './events.ts';
import type { Worker } from './processes.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

export type RunOptions = StageOptions & {
  /** The channels that one worker process serves; people take turns between them. */
  channels: Channel[];
  notices: number;
  people?: number;
  channelWorkers?: number;
  /** Count only what goes out by this channel. */
  counted?: Channel;
};
export type RunResult = {
  /** Handed over and stored a second, from the first to the last. */
  rate: number;
  cpuMs: number;
  perProcess: Record<string, number>;
  /** Resident MB of each process, once a second. */
  memory: Record<string, number[]>;
};

export const FEW_PEOPLE = 16_000;

/** Registers people, puts sealed events into Kafka, then starts the workers and measures until everything is handed over. */
export async function runPipeline(options: RunOptions): Promise<RunResult> {
  const { people = FEW_PEOPLE, notices, channels, channelWorkers } = options;
  const stage = await openStage(options);
  try {
    await registerPeople(stage.runtime, people, channels);
    await publishEvents(stage.runtime, notices, people);
    await stage.startChannels(channels, channelWorkers);
    stage.startRouting();
    return await measure(stage, options);
  } finally {
    await stage.close();
  }
}

async function measure(stage: Stage, { notices, channels, counted }: RunOptions): Promise<RunResult> {
  const wanted = counted ? Math.floor(notices / channels.length) : notices;
  // Starting costs CPU once and is no part of the rate: the clock runs from the first hand-over to the last.
  const first = await stage.handedOver(1, counted);
  const watched = watchMemory(stage.workers);
  const before = cpuOf(stage.workers);
  const startedAt = performance.now();
  await stage.handedOver(wanted, counted);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = cpuOf(stage.workers);
  const measured = wanted - first;
  const perProcess = Object.fromEntries(
    Object.keys(after).map((name) => [name, ((after[name]! - before[name]!) * 1000) / measured]),
  );
  return {
    rate: measured / seconds,
    cpuMs: Object.values(perProcess).reduce((sum, ms) => sum + ms, 0),
    perProcess,
    memory: watched.stop(),
  };
}

const cpuOf = (workers: Map<string, Worker>) =>
  Object.fromEntries([...workers].map(([name, worker]) => [name, worker.cpu()]));

function watchMemory(workers: Map<string, Worker>) {
  const memory: Record<string, number[]> = Object.fromEntries([...workers.keys()].map((name) => [name, []]));
  const look = () => {
    for (const [name, worker] of workers) memory[name]!.push(Math.round(worker.memory()));
  };
  look();
  const timer = setInterval(look, 1_000);
  return {
    stop() {
      clearInterval(timer);
      look();
      return memory;
    },
  };
}
