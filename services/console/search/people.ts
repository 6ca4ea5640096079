import type { Ledger } from '../../shared/ledger/index.ts';
import type { Notification } from '../../shared/ledger/types.ts';
import type { Personal } from './box.ts';

/** Who was found by a number or an address, and by what; `contactId` only when an address was typed. */
export type FoundPerson = { subscriberId: string; by: 'number' | 'address'; registered: boolean };

/**
 * The people that a number or an address may mean: those with a record, and those without one to whom notices were
 * addressed. An address is found by who has proved it; one that nobody has proved belongs to nobody.
 */
export async function findPeople(
  { subscriberIds, addressIds }: Personal,
  { subscribers, owners, notifications }: Pick<Ledger, 'subscribers' | 'owners' | 'notifications'>,
): Promise<FoundPerson[]> {
  const owned = await owners.find({ _id: { $in: addressIds } }).lean<{ subscriberId: string }[]>();
  const holders = new Set(owned.map(({ subscriberId }) => subscriberId));
  const candidates = [...new Set([...subscriberIds, ...holders])];
  const known = await subscribers.find({ _id: { $in: candidates } }, '_id').lean<{ _id: string }[]>();
  const registered = new Set(known.map(({ _id }) => _id));
  const found = await Promise.all(
    candidates.map(async (subscriberId): Promise<FoundPerson[]> => {
      const by = holders.has(subscriberId) ? 'address' : 'number';
      if (registered.has(subscriberId)) return [{ subscriberId, by, registered: true }];
      const noticed = await notifications.findOne({ subscriberId }, '_id').lean<Pick<Notification, '_id'>>();
      return noticed ? [{ subscriberId, by, registered: false }] : [];
    }),
  );
  return found.flat();
}
