import type { Behaviour, Mode } from './sink.ts';

export const FAULTS = [
  ...(['kill', 'pause', 'restart', 'crash', 'clock', 'broker', 'one-of-three', 'database', 'disk'] as const),
  ...(['provider', 'rebalance', 'poison'] as const),
] as const;
export type FaultName = (typeof FAULTS)[number];
/** A worker's place in the fleet. */
export type Slot = string;
export type Step =
  | { at: number; fault: 'kill' | 'pause' | 'restart'; target: Slot }
  /** Failing: what kafkajs does not start again. Silent: it fetches no more and nothing is told. */
  | { at: number; fault: 'crash'; target: Slot; how: 'failing' | 'silent' }
  | { at: number; fault: 'clock'; target: Slot; offMs: number }
  | { at: number; fault: 'one-of-three'; number: number }
  | { at: number; fault: 'broker' | 'database' | 'disk' | 'rebalance' }
  | { at: number; fault: 'provider'; target: 'email' | 'sms'; behaviour: Behaviour };

export type PlanOptions = { seed: number; seconds: number; faults: readonly FaultName[]; slots: readonly Slot[] };

/** How often each fault comes, in seconds. */
const EVERY: Record<Exclude<FaultName, 'poison'>, number> = {
  kill: 4,
  pause: 20,
  restart: 6,
  crash: 15,
  clock: 12,
  broker: 40,
  'one-of-three': 30,
  database: 40,
  disk: 40,
  provider: 8,
  rebalance: 15,
};
/** In a mixture everything comes more rarely, or nothing would be done between. */
const MIXED = 1.6;
/** Two minutes, ahead or behind in turn. */
const CLOCK_MS = 120_000;
const TROUBLE: readonly Mode[] = ['slow', 'throttle', 'refuse', 'reset', 'hang'];

/** What is done when, in seconds from the start; the same for the same seed. Pure. */
export function planFaults({ seed, seconds, faults, slots }: PlanOptions): Step[] {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const steps: Step[] = [];
  let trouble = Math.floor(random() * TROUBLE.length);
  let sign = random() < 0.5 ? -1 : 1;
  for (const fault of faults) {
    if (fault === 'poison') continue;
    // Each fault has an order of its own: one that always followed another would only meet workers that are starting.
    const order = slots.map((slot) => ({ slot, place: random() })).toSorted((a, b) => a.place - b.place);
    const consumers = order.filter(({ slot }) => slot !== 'ingest');
    let turn = 0;
    const next = (list: typeof order): Slot => list[turn++ % list.length]!.slot;
    const every = EVERY[fault] * (faults.length > 2 ? MIXED : 1);
    // Also in a short run it comes once at least.
    const first = Math.min(every, seconds) * (0.2 + 0.4 * random());
    for (let at = first; at < seconds; at += every * (0.8 + 0.4 * random())) {
      if (fault === 'crash') {
        steps.push({ at, fault, how: turn % 2 === 0 ? 'silent' : 'failing', target: next(consumers) });
      } else if (fault === 'clock') {
        sign = -sign;
        steps.push({ at, fault, target: next(order), offMs: sign * CLOCK_MS });
      } else if (fault === 'one-of-three') steps.push({ at, fault, number: pick([0, 1, 2]) });
      else if (fault === 'provider') {
        const target = pick(['email', 'sms'] as const);
        const mode = TROUBLE[trouble++ % TROUBLE.length]!;
        const behaviour = { mode, share: mode === 'hang' || mode === 'reset' ? 0.1 : 0.4 };
        steps.push({ at, fault, target, behaviour });
        steps.push({ at: at + every * 0.6, fault, target, behaviour: { mode: 'ok', share: 0 } });
      } else if (fault === 'kill' || fault === 'pause' || fault === 'restart')
        steps.push({ at, fault, target: next(order) });
      else steps.push({ at, fault });
    }
  }
  return steps.toSorted((a, b) => a.at - b.at);
}

/** mulberry32: numbers in [0, 1) that a seed fixes. */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
