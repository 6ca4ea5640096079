import { byId, type Ledger, retryTransient } from './ledger/index.ts';
import type { Delivery } from './ledger/types.ts';
import { followed, isCarried } from './policy/digest.ts';

type Rules = { now: Date; lookAgainMs: number };

/** The deliveries that carriers name, in one query; none is asked for when nothing is carried. */
export async function membersOf(carriers: Delivery[], { deliveries }: Pick<Ledger, 'deliveries'>): Promise<Delivery[]> {
  const ids = carriers.flatMap(({ carries = [] }) => carries);
  if (ids.length === 0) return [];
  const named = await deliveries.find({ _id: { $in: ids } }).lean<Delivery[]>();
  const carrierOf = new Map(carriers.flatMap(({ _id, carries = [] }) => carries.map((member) => [member, _id])));
  return named.filter(({ _id, carriedBy }) => carriedBy?.deliveryId === carrierOf.get(_id));
}

/** Those that still wait for their carrier's message to go out. */
export const stillCarried = (members: Delivery[]): Delivery[] => members.filter(isCarried);

/**
 * Stores what becomes of carried deliveries as their carriers stand now, each only if it still is as it was read, so
 * that doing it again changes nothing. Returns how many changed.
 */
export async function followCarriers(
  carriers: Delivery[],
  members: Delivery[],
  { deliveries, notifications }: Pick<Ledger, 'deliveries' | 'notifications'>,
  rules: Rules,
): Promise<number> {
  const byCarrier = new Map(carriers.map((carrier) => [carrier._id, carrier]));
  const changes = byId(members).flatMap((member) => {
    const change = followed(member, byCarrier.get(member.carriedBy?.deliveryId ?? '') ?? null, rules);
    return change ? [{ member, change }] : [];
  });
  if (changes.length === 0) return 0;
  const ordered = changes.filter(({ member, change }) => member.ordered && change.status === 'sent');
  if (ordered.length > 0) {
    const ids = [...new Set(ordered.map(({ member }) => member.notificationId))].sort();
    await notifications.collection.updateMany(
      { _id: { $in: ids } as never, handedOffAt: null },
      { $set: { handedOffAt: rules.now } },
    );
  }
  const { modifiedCount } = await retryTransient(() =>
    deliveries.collection.bulkWrite(
      changes.map(({ member: { _id, status, reason, carriedBy }, change }) => ({
        updateOne: {
          filter: { _id: _id as never, status, reason, 'carriedBy.deliveryId': carriedBy?.deliveryId ?? null },
          update: { $set: change },
        },
      })),
      { ordered: false },
    ),
  );
  return modifiedCount;
}
