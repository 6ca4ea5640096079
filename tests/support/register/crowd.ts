import { createBlind } from '../../../services/shared/crypto/blind.ts';
import { createSealer } from '../../../services/shared/crypto/field.ts';
import type { KeyRing } from '../../../services/shared/crypto/keyring.ts';
import { deliveryId, notificationId } from '../../../services/shared/ids.ts';
import type { Ledger } from '../../../services/shared/ledger/index.ts';
import {
  sampleContact,
  sampleDelivery,
  sampleNotification,
  sampleSubscriber,
} from '../../../services/shared/ledger/samples.ts';
import { MANDATES, type Mandate } from '../../../services/shared/mandates.ts';
import { invent } from '../../../services/shared/subject/invented.ts';

const CHUNK = 1_000;
const WRITERS = 4;

export const subjectOf = (n: number): string => invent('cpr', n);

/**
 * Fills a ledger with invented people: each with a mobile and a mailbox that are theirs, a notice, its delivery, and two
 * lines of history; every hundredth has a mandate. Four unordered writers. `onProgress` hears how many people are there.
 */
export async function fillCrowd(ledger: Ledger, ring: KeyRing, people: number, onProgress = (_: number) => {}) {
  const make = maker(ring);
  let next = 0;
  let done = 0;
  const write = async () => {
    for (let from = next; from < people; from = next) {
      next = from + CHUNK;
      const some = Array.from({ length: Math.min(CHUNK, people - from) }, (_, n) => make(from + n));
      await insertAll(ledger, some);
      done += some.length;
      onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

type Made = ReturnType<ReturnType<typeof maker>>;

function maker(ring: KeyRing) {
  const [blind, sealer] = [createBlind(ring), createSealer(ring)];
  const data = sealer.seal('{"licenceNumber":"12345-1","expiresOn":"2027-02-28"}', 'data');
  const detail = sealer.seal('{}', 'data');
  return (n: number) => {
    const subject = subjectOf(n);
    const id = blind.subscriberId(subject);
    const contact = (channel: 'sms' | 'email', address: string) => ({
      ...sampleContact({ channel, kind: channel === 'sms' ? 'mobile' : 'email' }),
      ...{ id: blind.contactId(id, channel, address), address: sealer.seal(address, 'address') },
    });
    const [mobile, mail] = [`+9733${String(n).padStart(7, '0')}`, `person-${n}@example.com`];
    const contacts = [contact('sms', mobile), contact('email', mail)];
    const at = new Date(Date.now() - (n % 90) * 86_400_000);
    const _id = notificationId('/sijilat', `crowd-${n}`, id);
    const notice = { ...{ subscriberId: id, eventId: `crowd-${n}`, data, acceptedAt: at }, status: 'reached' as const };
    const contactId = contacts[0]!.id;
    const decision = { channel: 'sms', step: 0, decision: 'send', reason: null, contactId, dueAt: null } as const;
    return {
      subscribers: [sampleSubscriber({ _id: id, subject: sealer.seal(subject, 'subject'), contacts })],
      notifications: [sampleNotification({ ...notice, _id, outcomeAt: at, decisions: [decision] })],
      deliveries: [
        sampleDelivery({
          ...{ _id: deliveryId(_id, 'sms', contactId), notificationId: _id, subscriberId: id, contactId },
          ...{ status: 'delivered' as const, dueAt: null, createdAt: at, updatedAt: at },
        }),
      ],
      owners: [
        { _id: blind.addressId('sms', mobile), subscriberId: id, at },
        { _id: blind.addressId('email', mail), subscriberId: id, at },
      ],
      consents: [
        { _id: `k_${id.slice(2)}`, subscriberId: id, what: 'registered', by: 'person', at, detail },
        { _id: `k_${_id.slice(2)}`, subscriberId: id, what: 'contact_verified', by: 'person', at, detail },
      ],
      mandates:
        n % 100 === 0 ? [mandate(n, id, blind.subscriberId(subjectOf(n + 1)), sealer.seal(subject, 'subject'))] : [],
    };
  };
}

const mandate = (n: number, principalId: string, delegateId: string, sealed: string): Mandate => ({
  ...{ _id: `m_${principalId.slice(2)}`, kind: 'helper', scope: ['notices', 'receive'], invitedBy: 'principal' },
  ...{ principalId, delegateId, principal: sealed, delegate: sealed, state: 'active', codeHash: `crowd-${n}` },
  ...{ codeEndsAt: new Date(0), validUntil: new Date('2030-01-01'), createdAt: new Date(), acceptedAt: new Date() },
  ...{ endedAt: null, endedBy: null },
});

async function insertAll({ connection }: Ledger, some: Made[]): Promise<void> {
  const names = ['subscribers', 'notifications', 'deliveries', 'owners', 'consents', MANDATES] as const;
  for (const name of names) {
    const documents = some.flatMap((one) => one[name as keyof Made] as object[]);
    if (documents.length > 0) await connection.collection(name).insertMany(documents, { ordered: false });
  }
}
