import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { check, type Verdict } from './check.ts';
import type { BadStop } from './fleet.ts';
import { inject } from './inject.ts';
import { type Injected, type Produced, readLedger, type Taken, type Told } from './ledgers.ts';
import { type FaultName, planFaults } from './plan.ts';
import type { ProducerOptions } from './producer.ts';
import { PEOPLE, type Stage } from './stage.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export type PhaseOptions = {
  name: string;
  seed: number;
  seconds: number;
  drainSeconds: number;
  faults: readonly FaultName[];
  perSecond?: number;
  /** Whom it may hit; every worker when left out. */
  slots?: readonly string[];
  number: number;
};
export type PhaseResult = Verdict & {
  seconds: number;
  drainSeconds: number;
  injected: Record<string, number>;
  slowStops: BadStop[];
  /** Seconds until workers whose consumer was made to fail had left; null when one never did. */
  leftAfter: (number | null)[];
  /** Processes that left by themselves. */
  left: string[];
  notes: string[];
};

/** One phase: events come while faults happen, then everything comes to rest, then the ledgers are judged. */
export async function runPhase(options: PhaseOptions, stage: Stage): Promise<PhaseResult> {
  const { seed, seconds, faults, number, name } = options;
  const begun = Date.now();
  const files = { produced: join(stage.folder, `${name}.produced`), injected: join(stage.folder, `${name}.injected`) };
  const before = { email: readLedger(stage.files.email).length, sms: readLedger(stage.files.sms).length };
  const [leftBefore, slowBefore] = [stage.fleet.left.length, stage.fleet.badStops.length];
  const produced = produce(options, stage, files.produced);
  const plan = planFaults({ seed, seconds, faults, slots: options.slots ?? stage.posts.map((post) => post.name) });
  await Promise.all([produced, inject(plan, stage, files.injected)]);
  for (const channel of ['email', 'sms'] as const) stage.behave(channel, { mode: 'ok', share: 0 });

  const drainFrom = Date.now();
  const all = readLedger<Produced>(files.produced);
  const ids = new Set(all.filter(({ kind }) => kind === 'acked').map(({ id }) => id));
  const feed = await drain(ids, options, stage);
  const drainSeconds = (Date.now() - drainFrom) / 1000;
  const taken = (['email', 'sms'] as const).flatMap((one) => readLedger<Taken>(stage.files[one]).slice(before[one]));
  const injected = readLedger<Injected>(files.injected);
  const mine = feed.filter(({ eventId }) => Number(eventId.split('-')[1]) >= fromOf(number));
  return {
    ...check({ produced: all, taken, injected, told: mine }),
    ...{ seconds: (Date.now() - begun) / 1000, drainSeconds },
    injected: Object.fromEntries(
      [...Map.groupBy(injected, ({ fault }) => fault)].map(([fault, list]) => [fault, list.length]),
    ),
    slowStops: slowStops(stage.fleet.badStops.slice(slowBefore), faults),
    leftAfter: injected.flatMap(({ leftAfter }) => (leftAfter === undefined ? [] : [leftAfter])),
    left: stage.fleet.left.slice(leftBefore).map((one) => one.name),
    notes: injected.flatMap(({ fault, note }) => (note ? [`${fault}: ${note}`] : [])),
  };
}

const AWAY: readonly FaultName[] = ['broker', 'one-of-three', 'database', 'disk'];

/** While broker or database are away a process that is just starting cannot end well: only its time counts then. */
const slowStops = (stops: BadStop[], faults: readonly FaultName[]): BadStop[] =>
  faults.some((fault) => AWAY.includes(fault)) ? stops.filter(({ seconds }) => seconds > 25) : stops;

/** A dead consumer is left within a minute; one that was paused, or whose ledger was away, a while later. */
export const leftTooLate = ({ leftAfter }: PhaseResult, faults: readonly FaultName[]): boolean =>
  leftAfter.some((seconds) => seconds === null || (seconds > 55 && faults.length === 1));

const fromOf = (number: number) => number * 100_000;

async function produce(options: PhaseOptions, stage: Stage, ledger: string): Promise<void> {
  const { seed, seconds, faults, number, drainSeconds, perSecond = 20 } = options;
  const { env, url, key } = stage;
  const given: ProducerOptions = {
    ...{ ledger, seed, seconds, perSecond, from: fromOf(number), people: PEOPLE, url, key },
    poisonShare: faults.includes('poison') ? 0.01 : 0,
    // Nothing is open for longer than a phase rests.
    expirySeconds: Math.max(60, drainSeconds - 15),
    ...{ brokers: env.KAFKA_BROKERS, prefix: env.TOPIC_PREFIX, keyring: env.KEYRING_FILE },
  };
  const args = ['--disable-warning=TimeoutNegativeWarning', join(ROOT, 'tests', 'faults', 'producer.ts')];
  const child = spawn(process.execPath, [...args, JSON.stringify(given)], {
    ...{ cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the producer ended with ${code}`);
}

/** Reads the outcome feed until every acknowledged event has its first outcome, or patience ends; then once more. */
async function drain(ids: Set<string>, { drainSeconds }: PhaseOptions, stage: Stage): Promise<Told[]> {
  const deadline = Date.now() + drainSeconds * 1000;
  const told: Told[] = [];
  const missing = new Set(ids);
  let cursor: string | null = null;
  for (let quiet = 0; quiet < 3 && Date.now() < deadline; ) {
    const page: Page | null = await readFeed(stage, cursor).catch(() => null);
    for (const outcome of page?.items ?? []) missing.delete(outcome.eventId);
    const seenAt = Date.now();
    told.push(...(page?.items ?? []).map((outcome) => ({ ...outcome, seenAt })));
    cursor = page?.cursor ?? cursor;
    if (page?.items.length) quiet = 0;
    else if (page && missing.size === 0) quiet += 1;
    if (!page?.items.length) await pause(1_000);
  }
  return told;
}

type Page = { items: Told[]; cursor: string };

async function readFeed({ url, key }: Stage, cursor: string | null): Promise<Page> {
  const place = new URL('/v1/outcomes?limit=500', url);
  if (cursor) place.searchParams.set('cursor', cursor);
  const response = await fetch(place, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`the feed answered ${response.status}`);
  return (await response.json()) as Page;
}
