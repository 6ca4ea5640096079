import type { Ledger } from '../../shared/ledger/index.ts';
import type { Contact, Preference, Subscriber } from '../../shared/ledger/types.ts';
import { untilWon } from './race.ts';

export type SubscriberStore = ReturnType<typeof createSubscribers>;

type Change = Record<string, unknown>;

/** Changes of one subscriber's document, each one atomic update; contacts are embedded in it. */
export function createSubscribers({ subscribers }: Ledger) {
  const update = async (filter: Change, change: Change, options: Change = {}) =>
    untilWon(() => subscribers.updateOne(filter, change, options));

  return {
    find: (id: string): Promise<Subscriber | null> =>
      subscribers
        .findOne({ _id: { $eq: id } })
        .lean<Subscriber>()
        .exec(),

    /** Creates the document when there is none, then sets `fields`; true when it was created. */
    async save(fresh: Subscriber, fields: Change, now: Date): Promise<boolean> {
      const { updatedAt, ...rest } = fresh;
      const onInsert = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== '_id' && !(name in fields)));
      const set = { ...fields, updatedAt: now };
      const result = await update({ _id: fresh._id }, { $setOnInsert: onInsert, $set: set }, { upsert: true });
      return result.upsertedCount === 1;
    },

    /** Adds the contact unless it is there or the list is full; true when it was added. */
    async addContact(id: string, contact: Contact, most: number): Promise<boolean> {
      const free = { _id: id, 'contacts.id': { $ne: contact.id }, [`contacts.${most - 1}`]: { $exists: false } };
      const change = { $push: { contacts: contact }, $set: { updatedAt: contact.updatedAt } };
      return (await update(free, change)).modifiedCount === 1;
    },

    /** Sets fields of one contact that also fits `where`; true when such a contact was there. */
    async setContact(id: string, contactId: string, fields: Partial<Contact>, where: Change = {}): Promise<boolean> {
      const set = Object.fromEntries(Object.entries(fields).map(([name, value]) => [`contacts.$.${name}`, value]));
      const filter = { _id: id, contacts: { $elemMatch: { id: contactId, ...where } } };
      return (await update(filter, { $set: set })).matchedCount === 1;
    },

    /** Takes the contact out and gives what it was. */
    async removeContact(id: string, contactId: string, now: Date): Promise<Contact | null> {
      const change = { $pull: { contacts: { id: contactId } }, $set: { updatedAt: now } };
      const before = await untilWon(() =>
        subscribers
          .findOneAndUpdate({ _id: id, 'contacts.id': contactId }, change, { returnDocument: 'before' })
          .lean<Subscriber>()
          .exec(),
      );
      return before?.contacts.find((contact) => contact.id === contactId) ?? null;
    },

    /** Makes a verified contact the main one of its channel; false when it is not there or not verified. */
    async chooseMain(id: string, contact: Contact, now: Date): Promise<boolean> {
      const filter = { _id: id, contacts: { $elemMatch: { id: contact.id, state: 'verified' } } };
      return (await update(filter, mainChange(now), { arrayFilters: mainOf(contact) })).matchedCount === 1;
    },

    /** Gives a channel without a main contact one that is verified, if there is any. */
    async fillMain(id: string, channel: Contact['channel'], now: Date): Promise<void> {
      const found = await this.find(id);
      const verified = found?.contacts.find((one) => one.channel === channel && one.state === 'verified');
      if (!verified) return;
      const filter = { _id: id, contacts: { $not: { $elemMatch: { channel, main: true, state: 'verified' } } } };
      await update(filter, mainChange(now), { arrayFilters: mainOf(verified) });
    },

    /** Replaces the whole list. */
    async setPreferences(id: string, preferences: Preference[], now: Date): Promise<boolean> {
      return (await update({ _id: id }, { $set: { preferences, updatedAt: now } })).matchedCount === 1;
    },

    /** Changes or adds one preference; false when the subscriber is gone. */
    async setPreference(id: string, { entity, category, channel, allow, at }: Preference): Promise<boolean> {
      const same = { entity, category, channel };
      const there = { _id: id, preferences: { $elemMatch: same } };
      const change = { $set: { 'preferences.$.allow': allow, 'preferences.$.at': at, updatedAt: at } };
      if ((await update(there, change)).matchedCount === 1) return true;
      const absent = { _id: id, preferences: { $not: { $elemMatch: same } } };
      await update(absent, { $push: { preferences: { ...same, allow, at } }, $set: { updatedAt: at } });
      return (await this.find(id)) !== null;
    },
  };
}

/** One main contact a channel: the chosen one is, every other of its channel is not. */
const mainChange = (now: Date): Change => ({
  $set: { 'contacts.$[other].main': false, 'contacts.$[chosen].main': true, updatedAt: now },
});

const mainOf = ({ id, channel }: Contact): Change[] => [
  { 'other.channel': channel, 'other.id': { $ne: id } },
  { 'chosen.id': id },
];
