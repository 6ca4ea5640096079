import { randomUUID } from 'node:crypto';
import type { Catalogue } from '../shared/catalogue.ts';
import { followCarriers } from '../shared/digest.ts';
import { byId } from '../shared/ledger/index.ts';
import type { Delivery } from '../shared/ledger/types.ts';
import { type Digest, formDigests, mayJoin } from '../shared/policy/digest.ts';
import type { SchedulerDeps } from './deps.ts';
import { toLanes } from './route-drafts.ts';

/** Digests begin at so many notices, unless the settings say otherwise. */
export const DIGEST_FROM = 3;
const MOST = 20_000;

export type DigestDeps = SchedulerDeps & { catalogue: Catalogue; digestFrom?: number };

/**
 * Deliveries whose quiet hours are over → digests on their lanes; returns those that go out one by one. Each group is
 * read as a whole, also where the scheduler's batch holds a part of it. The carrier is claimed first, then its members
 * are marked, then it is published: a crash in between leaves each in one digest or on its own, and the carrier's
 * message is found lost and published again.
 */
export async function gatherDigests(quiet: Delivery[], deps: DigestDeps, now: Date): Promise<Delivery[]> {
  const { digests, taken } = await planDigests(quiet, deps, now);
  const grouped = new Set(digests.flatMap(({ carrier, members }) => [carrier, ...members].map(({ _id }) => _id)));
  if (digests.length > 0) {
    const claim = randomUUID();
    const mine = await claimCarriers(digests, claim, deps, now);
    const held = digests.filter(({ carrier }) => mine.has(carrier._id));
    await markMembers(held, deps, now);
    await deps.producer.send(toLanes([...mine.values()], deps.topics));
    deps.metrics.scheduled.inc({ what: 'digest' }, held.length);
  }
  return quiet.filter(({ _id }) => !grouped.has(_id) && !taken.has(_id));
}

/** Carried deliveries that are due to be looked at: their carrier may have ended, or lost sight of them. */
export async function followDue(carried: Delivery[], { ledger, timing }: SchedulerDeps, now: Date): Promise<void> {
  if (carried.length === 0) return;
  const ids = [...new Set(carried.flatMap(({ carriedBy }) => carriedBy?.deliveryId ?? []))];
  const carriers = await ledger.deliveries.find({ _id: { $in: ids } }).lean<Delivery[]>();
  await followCarriers(carriers, carried, ledger, { now, lookAgainMs: timing.queuePatienceMs });
}

/** `taken` are those that another scheduler's carrier names: they are being marked at this moment. */
async function planDigests(quiet: Delivery[], { ledger, catalogue, digestFrom = DIGEST_FROM }: DigestDeps, now: Date) {
  const contacts = [...new Set(quiet.filter(mayJoin).map(({ contactId }) => contactId))];
  if (contacts.length === 0 || digestFrom < 2) return { digests: [], taken: new Set<string>() };
  const found = await ledger.deliveries
    // Without a condition on the status, which few of these have for long: with it the database combines two indexes.
    .find({ contactId: { $in: contacts }, reason: 'quiet_hours' })
    .limit(MOST)
    .lean<Delivery[]>();
  const taken = new Set(found.flatMap(({ status, carries = [] }) => (status === 'queued' ? carries : [])));
  const due = found.filter(({ _id, dueAt }) => dueAt !== null && dueAt <= now && !taken.has(_id));
  const categoryOf = (type: string) => catalogue.type(type)?.type.category ?? '';
  return { digests: formDigests(due, { from: digestFrom, categoryOf }), taken };
}

async function claimCarriers(digests: Digest[], claim: string, { ledger, timing }: DigestDeps, now: Date) {
  const dueAt = new Date(now.getTime() + timing.queuePatienceMs);
  const carriers = digests.map((digest) => ({ _id: digest.carrier._id, ...digest }));
  await ledger.deliveries.collection.bulkWrite(
    byId(carriers).map(({ _id, members }) => ({
      updateOne: {
        filter: { _id: _id as never, ...waits, dueAt: { $lte: now } },
        update: {
          $set: {
            status: 'queued',
            queuedAt: now,
            dueAt,
            claim,
            carries: members.map((one) => one._id),
            updatedAt: now,
          },
        },
      },
    })),
    { ordered: false },
  );
  const ids = carriers.map(({ _id }) => _id);
  const mine = await ledger.deliveries.find({ _id: { $in: ids }, status: 'queued', claim }).lean<Delivery[]>();
  return new Map(mine.map((delivery) => [delivery._id, delivery]));
}

/** They are looked at again when the carrier should have gone long since. */
async function markMembers(digests: Digest[], { ledger, timing }: DigestDeps, now: Date): Promise<void> {
  const marked = digests.flatMap(({ carrier, members }) => {
    const carriedBy = { deliveryId: carrier._id, notificationId: carrier.notificationId };
    return members.map(({ _id }) => ({ _id, carriedBy }));
  });
  if (marked.length === 0) return;
  const dueAt = new Date(now.getTime() + timing.queuePatienceMs);
  await ledger.deliveries.collection.bulkWrite(
    byId(marked).map(({ _id, carriedBy }) => ({
      updateOne: {
        filter: { _id: _id as never, ...waits, dueAt: { $lte: now } },
        update: { $set: { reason: 'in_digest', carriedBy, dueAt, updatedAt: now } },
      },
    })),
    { ordered: false },
  );
}

const waits = { status: 'deferred', reason: 'quiet_hours' };
