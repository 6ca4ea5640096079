import { judgeHold } from '../shared/controls/scope.ts';
import { followCarriers, membersOf, stillCarried } from '../shared/digest.ts';
import { byId } from '../shared/ledger/index.ts';
import type { Control, Delivery } from '../shared/ledger/types.ts';
import { splitDigest } from '../shared/policy/digest.ts';
import type { Checked } from '../shared/sending/check.ts';
import type { Loaded } from '../shared/sending/load.ts';
import type { ChannelDeps, Prepared } from './deps.ts';
import type { Result } from './store.ts';

/** Digests begin at so many notices, unless the settings say otherwise. */
const DIGEST_FROM = 3;

export type Judged = { loaded: Loaded; checked: Checked };
/** What each digest tells of besides its own notice, by the id of its delivery. */
export type Together = Map<string, Loaded[]>;
type Ended = { delivery: Delivery; checked: Checked };
type Split = { carrier: Delivery; together: Delivery[]; ended: Ended[]; released: Delivery[] };

/** The deliveries that claimed ones carry and that still wait for them; no query when none carries any. */
export const carriedBy = async (claimed: Delivery[], { ledger }: ChannelDeps): Promise<Delivery[]> =>
  stillCarried(await membersOf(claimed, ledger));

/**
 * What each digest tells of now, by the carrier's id. Those that ended for their own reasons, or go their own way, are
 * stored before anything is sent, so that a crash leaves each in one message. A carrier that tells only of itself
 * carries nobody from then on.
 */
export async function settleDigests(
  claimed: Judged[],
  carried: Judged[],
  claim: string,
  deps: ChannelDeps,
  now: Date,
): Promise<Together> {
  const carriers = claimed.filter(({ loaded }) => (loaded.delivery.carries ?? []).length > 0);
  if (carriers.length === 0) return new Map();
  const controls = carried.length === 0 ? [] : await deps.controls.current();
  const byCarrier = Map.groupBy(carried, ({ loaded }) => loaded.delivery.carriedBy?.deliveryId ?? '');
  const splits = carriers.map(({ loaded, checked }) =>
    splitOne(loaded.delivery, checked, byCarrier.get(loaded.delivery._id) ?? [], controls, deps, now),
  );
  const changes = splits.flatMap((split) => changesOf(split, claim, now));
  if (changes.length > 0)
    await deps.ledger.deliveries.collection.bulkWrite(
      byId(changes).map(({ filter, set }) => ({ updateOne: { filter: filter as never, update: { $set: set } } })),
      { ordered: false },
    );
  const loadedOf = new Map(carried.map(({ loaded }) => [loaded.delivery._id, loaded]));
  return new Map(
    splits.map(({ carrier, together }) => [carrier._id, together.flatMap(({ _id }) => loadedOf.get(_id) ?? [])]),
  );
}

function splitOne(
  delivery: Delivery,
  checked: Checked,
  members: Judged[],
  controls: Control[],
  { digestFrom = DIGEST_FROM }: ChannelDeps,
  now: Date,
): Split {
  const [held, free] = partition(
    members,
    ({ loaded }) => judgeHold(loaded.delivery, [], controls, now).kind === 'hold',
  );
  const judged = free.map((member) => ({ delivery: member.loaded.delivery, checked: member.checked }));
  const { together, ended, released } = splitDigest({ delivery, checked }, judged, digestFrom);
  return { carrier: delivery, together, ended, released: [...released, ...held.map(({ loaded }) => loaded.delivery)] };
}

function changesOf({ carrier, together, ended, released }: Split, claim: string, now: Date) {
  const one = ({ _id }: Delivery, set: object) => ({
    _id,
    filter: { _id, status: 'deferred', reason: 'in_digest', 'carriedBy.deliveryId': carrier._id },
    set: { ...set, dueAt: now, updatedAt: now, carriedBy: null },
  });
  const left = together.map(({ _id }) => _id);
  const fewer = left.length < (carrier.carries ?? []).length;
  return [
    ...ended.map(({ delivery, checked }) =>
      one(delivery, checked.kind === 'end' ? { status: checked.status, reason: checked.reason } : {}),
    ),
    ...released.map((delivery) => one(delivery, { reason: 'quiet_hours' })),
    ...(fewer ? [{ _id: carrier._id, filter: { _id: carrier._id, claim }, set: { carries: left } }] : []),
  ];
}

/** Those that a digest told of follow it at once, as far as its result is known. */
export async function followResults(
  results: Result[],
  prepared: Prepared[],
  { ledger, clock, timing }: ChannelDeps,
): Promise<void> {
  const told = prepared.filter((item) => item.kind === 'send').filter(({ together }) => together.length > 0);
  if (told.length === 0) return;
  const changeOf = new Map(results.map(({ delivery, change }) => [delivery._id, change]));
  const carriers = told.map(({ loaded: { delivery }, together }) => ({
    ...{ ...delivery, ...changeOf.get(delivery._id) },
    carries: together.map((one) => one.delivery._id),
  }));
  const members = told.flatMap(({ together }) => together.map((one) => one.delivery));
  await followCarriers(carriers, members, ledger, { now: clock(), lookAgainMs: timing.leaseMs });
}

function partition<T>(items: T[], test: (item: T) => boolean): [T[], T[]] {
  const { yes = [], no = [] } = Object.groupBy(items, (item) => (test(item) ? 'yes' : 'no'));
  return [yes, no];
}
