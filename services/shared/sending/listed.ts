import { identityOf } from '../address/canonical.ts';
import type { Blind } from '../crypto/blind.ts';
import type { Sealer } from '../crypto/field.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Contact, Delivery, Subscriber, Suppression } from '../ledger/types.ts';
import { recipientOf } from '../recipient.ts';

/** What it takes to know an address again: they open it and give its blind id. */
export type AddressKeys = { sealer: Sealer; blind: Blind };

/** The suppressions that meet the contacts of deliveries, by contact id; in one query by the list's own key. */
export async function listedContacts(
  { suppressions }: Pick<Ledger, 'suppressions'>,
  deliveries: Delivery[],
  people: Map<string, Subscriber>,
  keys: AddressKeys,
): Promise<Map<string, Suppression>> {
  const contacts = deliveries.flatMap(
    (delivery) => people.get(recipientOf(delivery))?.contacts.find(({ id }) => id === delivery.contactId) ?? [],
  );
  return listedAddresses({ suppressions }, contacts, keys);
}

/** The suppressions that meet these contacts, by contact id; in one query by the list's own key. */
export async function listedAddresses(
  { suppressions }: Pick<Ledger, 'suppressions'>,
  contacts: Contact[],
  keys: AddressKeys,
): Promise<Map<string, Suppression>> {
  const addresses = new Map<string, string>();
  for (const contact of contacts) {
    const id = addressIdOf(contact, keys);
    if (id) addresses.set(contact.id, id);
  }
  if (addresses.size === 0) return new Map();
  const ids = [...new Set(addresses.values())];
  const found = await suppressions.find({ _id: { $in: ids } }).lean<Suppression[]>();
  const byAddress = new Map(found.map((one) => [one._id, one]));
  return new Map([...addresses].flatMap(([contact, id]) => (byAddress.has(id) ? [[contact, byAddress.get(id)!]] : [])));
}

/** Null for an address that cannot be opened: sending it fails with the reason of its own. */
function addressIdOf({ channel, kind, address }: Contact, { sealer, blind }: AddressKeys): string | null {
  try {
    return blind.addressId(channel, identityOf(kind, sealer.open(address, 'address')));
  } catch {
    return null;
  }
}
