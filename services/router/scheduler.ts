import { randomUUID } from 'node:crypto';
import type { DeliveryStatus } from '../../contracts/status.ts';
import { byId, type Ledger } from '../shared/ledger/index.ts';
import type { Delivery } from '../shared/ledger/types.ts';
import type { SchedulerDeps } from './deps.ts';
import { type DigestDeps, followDue, gatherDigests } from './digests.ts';
import { giveUpLostWorkers } from './lost-workers.ts';
import { toLanes } from './route-drafts.ts';

const BATCH = 500;
/** At seven in the morning many are due at one moment, and finding the first of them costs the same however many. */
const DUE_BATCH = 2_000;
/** At most one attempt more after an outcome that nobody knows. */
const UNKNOWN_TRIES = 1;

/**
 * One round of the scheduler: what is due goes back to Kafka, what was lost on the way is found. Safe with several
 * schedulers: each move is a conditional update under a token, and only the one whose token stuck publishes.
 * Returns true when a full batch was moved, so there may be more.
 */
export async function scheduleOnce(deps: DigestDeps): Promise<boolean> {
  const moved = [
    await moveDue(deps),
    await requeue('queued', 'message_lost', deps),
    await giveUpLostWorkers(deps),
    await resendUnknown(deps),
    await holdUnknown(deps),
  ];
  return moved.some((count) => count >= BATCH);
}

/** What waited: several notices of one person as a digest, what a digest carries with its carrier, the rest by itself. */
async function moveDue(deps: DigestDeps): Promise<number> {
  const now = deps.clock();
  const filter = { status: 'deferred' as const, dueAt: { $lte: now } };
  // A code that is tried again must not wait behind a campaign that is due since longer.
  await requeue('deferred', 'due', deps, { lane: 'urgent' });
  const due = await deps.ledger.deliveries
    .find(filter)
    .sort({ dueAt: 1 })
    .limit(DUE_BATCH)
    .select('-attempts -receipts')
    .lean<Delivery[]>();
  const {
    in_digest = [],
    quiet_hours = [],
    other = [],
  } = Object.groupBy(due, ({ reason }) => (reason === 'in_digest' || reason === 'quiet_hours' ? reason : 'other'));
  await followDue(in_digest, deps, now);
  const alone = await gatherDigests(quiet_hours, deps, now);
  await putOnLanes(
    [...other, ...alone].map(({ _id }) => _id),
    filter,
    'due',
    deps,
  );
  return due.length;
}

/** Deliveries in `status` whose time has come → queued and on their lane. */
async function requeue(status: DeliveryStatus, what: string, deps: SchedulerDeps, extra: object = {}): Promise<number> {
  const filter = { status, dueAt: { $lte: deps.clock() }, ...extra };
  const ids = await dueIds(filter, deps.ledger);
  await putOnLanes(ids, filter, what, deps);
  return ids.length;
}

async function putOnLanes(ids: string[], filter: object, what: string, deps: SchedulerDeps): Promise<void> {
  if (ids.length === 0) return;
  const now = deps.clock();
  const claim = randomUUID();
  await deps.ledger.deliveries.collection.updateMany(
    { _id: { $in: ids.toSorted() } as never, ...filter },
    {
      $set: {
        status: 'queued',
        queuedAt: now,
        dueAt: new Date(now.getTime() + deps.timing.queuePatienceMs),
        claim,
        updatedAt: now,
      },
    },
  );
  const mine = await deps.ledger.deliveries.find({ _id: { $in: ids }, status: 'queued', claim }).lean<Delivery[]>();
  await deps.producer.send(toLanes(mine, deps.topics));
  deps.metrics.scheduled.inc({ what }, mine.length);
}

const mayResend = { onUnknown: 'resend', unknowns: { $lte: UNKNOWN_TRIES } };
const mustHold = { $or: [{ onUnknown: 'hold' }, { unknowns: { $gt: UNKNOWN_TRIES } }] };

const resendUnknown = (deps: SchedulerDeps): Promise<number> =>
  requeue('unknown', 'unknown_resent', deps, { ...mayResend, expiresAt: { $gt: deps.clock() } });

/** Everything else stays `unknown` until a late receipt, an operator, or its expiry says more. */
async function holdUnknown({ ledger, metrics, clock }: SchedulerDeps): Promise<number> {
  const now = clock();
  const filter = { status: 'unknown', dueAt: { $lte: now }, expiresAt: { $gt: now } };
  const held = await ledger.deliveries
    .find({ ...filter, ...mustHold } as object)
    .sort({ dueAt: 1 })
    .limit(BATCH)
    .select({ _id: 1, expiresAt: 1 })
    .lean<Pick<Delivery, '_id' | 'expiresAt'>[]>();
  if (held.length === 0) return 0;
  await ledger.deliveries.collection.bulkWrite(
    byId(held).map(({ _id, expiresAt }) => ({
      updateOne: { filter: { _id, ...filter } as never, update: { $set: { dueAt: expiresAt } } },
    })),
    { ordered: false },
  );
  metrics.scheduled.inc({ what: 'unknown_held' }, held.length);
  return held.length;
}

async function dueIds(filter: object, ledger: Ledger): Promise<string[]> {
  const due = await ledger.deliveries
    .find(filter)
    .sort({ dueAt: 1 })
    .limit(BATCH)
    .select({ _id: 1 })
    .lean<{ _id: string }[]>();
  return due.map(({ _id }) => _id);
}
