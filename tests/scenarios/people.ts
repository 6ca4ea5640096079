import { sampleContact, sampleSubscriber } from '../../services/shared/ledger/samples.ts';
import type { Runtime } from '../../services/shared/runtime.ts';
import { invent } from '../../services/shared/subject/invented.ts';

const CHUNK = 5_000;

/** Registers so many invented people with a verified mailbox each, in bulk. Returns their subjects. */
export async function registerPeople({ ledger, blind, sealer }: Runtime, people: number): Promise<string[]> {
  const now = new Date();
  const subjects = Array.from({ length: people }, (_, n) => invent('cpr', n));
  for (let at = 0; at < people; at += CHUNK) {
    const documents = subjects.slice(at, at + CHUNK).map((subject, n) => {
      const _id = blind.subscriberId(subject);
      const address = `person-${at + n}@example.com`;
      const id = blind.contactId(_id, 'email', address);
      const sealed = sealer.seal(address, 'address');
      const contact = sampleContact({ id, channel: 'email', kind: 'email', address: sealed, confirmedAt: now });
      return sampleSubscriber({ _id, language: n % 2 ? 'ar' : 'en', contacts: [contact] });
    });
    await ledger.subscribers.collection.insertMany(documents as never[], { ordered: false });
  }
  return subjects;
}
