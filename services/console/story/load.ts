import { maskAddress } from '../../shared/address/mask.ts';
import type { Sealer } from '../../shared/crypto/field.ts';
import { CryptoError } from '../../shared/crypto/keyring.ts';
import type { Ledger } from '../../shared/ledger/index.ts';
import type { Contact, Delivery, Notification, StoredReceipt, Subscriber } from '../../shared/ledger/types.ts';
import type { Story } from '../explain.ts';

type StoryLedger = Pick<Ledger, 'notifications' | 'deliveries' | 'receipts'>;

/** A notice with all its deliveries, by its own id or that of one of them; with `only`, just that one. Null when unknown. */
export async function loadStory(ledger: StoryLedger, id: string, { only = false } = {}): Promise<Story | null> {
  const notificationId = id.startsWith('d_') ? await noticeOf(ledger, id) : id;
  const notification = await ledger.notifications.findOne({ _id: notificationId ?? '' }).lean<Notification>();
  if (!notification) return null;
  const deliveries = await ledger.deliveries
    .find(only && id.startsWith('d_') ? { _id: id } : { notificationId: notification._id })
    .sort({ step: 1, createdAt: 1, _id: 1 })
    .lean<Delivery[]>();
  const receipts = await ledger.receipts
    .find({ deliveryId: { $in: deliveries.map(({ _id }) => _id) } })
    .lean<StoredReceipt[]>();
  return { notification, deliveries, receipts };
}

const noticeOf = async ({ deliveries }: StoryLedger, id: string): Promise<string | null> =>
  (await deliveries.findOne({ _id: id }, 'notificationId').lean<Pick<Delivery, 'notificationId'>>())?.notificationId ??
  null;

/** The notice of a delivery or of a piece of evidence; null when there is none. */
export async function noticeIdOf(ledger: StoryLedger, id: string): Promise<string | null> {
  if (id.startsWith('n_')) return (await ledger.notifications.exists({ _id: id })) ? id : null;
  if (id.startsWith('d_')) return noticeOf(ledger, id);
  const receipt = await ledger.receipts.findOne({ _id: id }, 'deliveryId').lean<Pick<StoredReceipt, 'deliveryId'>>();
  return receipt?.deliveryId ? noticeOf(ledger, receipt.deliveryId) : null;
}

export type Masked = { id: string; kind: Contact['kind']; masked: string; state: Contact['state'] };
export type Contacts = Map<string, Contact>;

/** The contacts that a notice's decisions and deliveries name, as they are now, sealed; of a delegate as well. */
export async function loadContacts({ subscribers }: Pick<Ledger, 'subscribers'>, story: Story): Promise<Contacts> {
  const { notification, deliveries } = story;
  const delegates = [...notification.decisions, ...deliveries].flatMap(({ delegateId }) => delegateId ?? []);
  const people = await subscribers
    .find({ _id: { $in: [...new Set([notification.subscriberId, ...delegates])] } }, 'contacts')
    .lean<Pick<Subscriber, 'contacts'>[]>();
  return new Map(people.flatMap(({ contacts }) => contacts.map((contact) => [contact.id, contact] as const)));
}

/** Each contact with most of it hidden; one whose key left the ring shows as `***`. */
export function maskContacts(contacts: Contacts, sealer: Sealer): Map<string, Masked> {
  const masked = ({ kind, address }: Contact): string => {
    try {
      return maskAddress(kind, sealer.open(address, 'address'));
    } catch (error) {
      if (error instanceof CryptoError) return '***';
      throw error;
    }
  };
  return new Map(
    [...contacts].map(([id, contact]) => [
      id,
      { id, kind: contact.kind, masked: masked(contact), state: contact.state },
    ]),
  );
}
