import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleContact, sampleSubscriber } from '../../../services/shared/ledger/samples.ts';
import type { Runtime } from '../../../services/shared/runtime.ts';
import { invent } from '../../../services/shared/subject/invented.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', 'contracts', 'examples', 'valid');
const LOT = 1_000;

export type Member = { subject: string; subscriberId: string; contactId: string; mobile: string };

/** Registers so many invented people with a verified mobile each, in bulk. */
export async function registerCrowd({ ledger, blind, sealer }: Runtime, many: number): Promise<Member[]> {
  const now = new Date();
  const members = Array.from({ length: many }, (_, n) => {
    const subject = invent('cpr', n);
    const mobile = `+973360${String(n).padStart(5, '0')}`;
    const subscriberId = blind.subscriberId(subject);
    return { subject, subscriberId, contactId: blind.contactId(subscriberId, 'sms', mobile), mobile };
  });
  for (let at = 0; at < many; at += LOT) {
    const documents = members.slice(at, at + LOT).map(({ subject, subscriberId, contactId: id, mobile }, n) => {
      const contact = sampleContact({ id, address: sealer.seal(mobile, 'address'), confirmedAt: now });
      const sealed = sealer.seal(subject, 'subject');
      return sampleSubscriber({
        ...{ _id: subscriberId, subject: sealed, language: n % 2 ? 'ar' : 'en', contacts: [contact] },
        ...{ createdAt: now, updatedAt: now },
      });
    });
    await ledger.subscribers.collection.insertMany(documents as never[], { ordered: false });
  }
  return members;
}

/** Publishes the example event of this name to everybody, as an entity that seals its events itself. */
export async function publishToCrowd(runtime: Runtime, example: string, members: Member[]): Promise<void> {
  const { eventSealer, producer, topics } = runtime;
  const {
    correlationid: _,
    sequence: __,
    ...event
  } = JSON.parse(readFileSync(join(EXAMPLES, `${example}.json`), 'utf8'));
  const topic = topics.events(event.source.split('/')[1]);
  for (let at = 0; at < members.length; at += LOT) {
    const messages = members.slice(at, at + LOT).map(async ({ subject, subscriberId }, n) => ({
      key: subscriberId,
      value: await eventSealer.seal({ ...event, subject, id: `crowd-${at + n}`, time: new Date().toISOString() }),
      headers: { 'content-type': 'application/jose' },
    }));
    await producer.send([{ topic, messages: await Promise.all(messages) }]);
  }
}
