import type { Ledger } from '../shared/ledger/index.ts';
import type { Control, Delivery } from '../shared/ledger/types.ts';
import type { Metrics } from '../shared/metrics.ts';

export type ReleaseDeps = {
  ledger: Pick<Ledger, 'controls' | 'deliveries'>;
  metrics: Metrics;
  clock: () => Date;
  /** Deliveries that one ended pause lets go in a second, over all processes. */
  releasePerSecond: number;
};

/** How often to look whether a turn has come. */
export const RELEASE_REST_MS = 500;
/** A turn lets so much time's worth go: what waits is sorted once for all of it. */
const TURN_MS = 5_000;
/** Within a turn they become due one handful after the other: so many handfuls in a second. */
const STEPS = 10;
/** A worker that was told of the pause late may still put something aside, so an ended pause is looked at so long. */
const LINGER_MS = 3_600_000;

/**
 * One turn of letting go what waits for pauses that have ended: urgent ones first, then in the order in which they were
 * made. Safe with several processes: the turn of a pause belongs to the one whose update moved its next turn, and a
 * crash in the middle leaves the rest for that. Returns false: the next turn comes by the clock.
 */
export async function releaseOnce(deps: ReleaseDeps): Promise<false> {
  const { controls } = deps.ledger;
  const now = deps.clock();
  await endOverdue(deps.ledger, now);
  const due = await controls.find({ state: 'releasing', lookAt: { $lte: now } }).lean<Control[]>();
  for (const control of due) if (await takeTurn(control, deps.ledger, now)) await letGo(control, deps, now);
  return false;
}

/** Controls whose time is over end as if somebody had ended them. */
async function endOverdue({ controls }: ReleaseDeps['ledger'], now: Date): Promise<void> {
  const overdue = { state: 'active', until: { $ne: null, $lte: now } } as const;
  await controls.collection.deleteMany({ ...overdue, kind: 'weight' } as object);
  await controls.collection.updateMany(overdue as object, {
    $set: { state: 'releasing', endedAt: now, lookAt: now },
  });
}

async function takeTurn({ _id, lookAt }: Control, { controls }: ReleaseDeps['ledger'], now: Date): Promise<boolean> {
  const { modifiedCount } = await controls.collection.updateOne(
    { _id: _id as never, state: 'releasing', lookAt },
    { $set: { lookAt: new Date(now.getTime() + TURN_MS) } },
  );
  return modifiedCount === 1;
}

async function letGo(control: Control, deps: ReleaseDeps, now: Date): Promise<void> {
  const { ledger, metrics, releasePerSecond } = deps;
  const most = releasePerSecond * (TURN_MS / 1_000);
  const waiting = await waitingFor(control._id, ledger, most);
  const size = Math.ceil(releasePerSecond / STEPS);
  for (let step = 0; step * size < waiting.length; step++) {
    const ids = waiting.slice(step * size, (step + 1) * size).sort();
    const dueAt = new Date(now.getTime() + (step * size * 1_000) / releasePerSecond);
    const { modifiedCount } = await ledger.deliveries.collection.updateMany(
      { _id: { $in: ids } as never, status: 'deferred', pausedBy: control._id },
      { $set: { dueAt, pausedBy: null, updatedAt: now } },
    );
    metrics.scheduled.inc({ what: 'released' }, modifiedCount);
  }
  const { endedAt } = control;
  const isOver = endedAt !== null && now.getTime() - endedAt.getTime() > LINGER_MS;
  if (waiting.length === 0 && isOver) await forget(control, ledger);
}

async function waitingFor(pausedBy: string, { deliveries }: ReleaseDeps['ledger'], limit: number): Promise<string[]> {
  const found = await deliveries
    .find({ reason: 'paused', pausedBy, status: 'deferred' })
    .sort({ lane: -1, createdAt: 1 })
    .limit(limit)
    .select({ _id: 1 })
    .lean<Pick<Delivery, '_id'>[]>();
  return found.map(({ _id }) => _id);
}

/** Nobody can put anything aside for it any more. Left alone when it was placed again meanwhile. */
async function forget({ _id, token }: Control, { controls }: ReleaseDeps['ledger']): Promise<void> {
  await controls.collection.deleteMany({ _id: _id as never, state: 'releasing', token });
}
