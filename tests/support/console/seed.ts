import { REASONS, type Reason } from '../../../contracts/status.ts';
import {
  at,
  sampleContact,
  sampleDelivery,
  sampleNotification,
  sampleSubscriber,
} from '../../../services/shared/ledger/samples.ts';
import type { Attempt, StoredReceipt } from '../../../services/shared/ledger/types.ts';
import type { Runtime } from '../../../services/shared/runtime.ts';

export const NUMBER = '900100001';
export const MOBILE = '+97336001234';
export const EMAIL = 'noor@example.com';
export const hex = (prefix: string, n: number): string =>
  `${prefix}_${n.toString(16).padStart(8, '0')}${'0'.repeat(24)}`;

type Parts = Pick<Runtime, 'ledger' | 'blind' | 'sealer'>;

/** An invented person with a mobile and a mailbox, verified, and the ids by which both are known. */
export async function seedPerson({ ledger, blind, sealer }: Parts) {
  const subject = `cpr:${NUMBER}`;
  const id = blind.subscriberId(subject);
  const addresses = [
    { channel: 'sms', kind: 'mobile', address: MOBILE },
    { channel: 'email', kind: 'email', address: EMAIL },
  ] as const;
  const contacts = addresses.map(({ channel, kind, address }) =>
    sampleContact({
      ...{ id: blind.contactId(id, channel, address), channel, kind, address: sealer.seal(address, 'address') },
    }),
  );
  await ledger.subscribers.collection.insertOne(
    sampleSubscriber({ _id: id, subject: sealer.seal(subject, 'subject'), contacts }) as never,
  );
  await ledger.owners.insertMany(
    addresses.map(({ channel, address }) => ({ _id: blind.addressId(channel, address), subscriberId: id, at: at(0) })),
  );
  const [sms, email] = contacts.map((contact) => contact.id) as [string, string];
  return { id, sms, email };
}

const attempt = (no: number, more: Partial<Attempt>): Attempt => ({
  ...{ no, provider: 'sns', startedAt: at(no), endedAt: at(no + 1), result: 'retry', reason: 'provider_unavailable' },
  ...{ providerRef: null, code: '503', ...more },
});

/** The notice with everything in it: a failed SMS that is tried again, a delivered email, a device that was skipped. */
export async function seedNotice(
  { ledger, sealer }: Parts,
  person: { id: string; sms: string; email: string },
  n: number,
) {
  const ids = { notificationId: hex('n', n), subscriberId: person.id };
  const decision = { step: 0, contactId: null, dueAt: null, reason: null };
  // The platform of the test must leave them as they are.
  const [tomorrow, later] = [1, 2].map((days) => new Date(Date.now() + days * 86_400_000)) as [Date, Date];
  const notice = sampleNotification({
    expiresAt: later,
    ...{ _id: ids.notificationId, subscriberId: person.id, eventId: `evt-${n}`, correlationId: `CASE-${n}` },
    ...{ status: 'partly_reached', outcomeAt: at(20), data: sealer.seal('{"reference":"invented"}', 'data') },
    decisions: [
      { ...decision, channel: 'sms', decision: 'send', contactId: person.sms },
      {
        ...decision,
        channel: 'email',
        decision: 'defer',
        contactId: person.email,
        dueAt: at(5),
        reason: 'quiet_hours',
      },
      { ...decision, channel: 'push', decision: 'skip', reason: 'no_contact' },
    ],
  });
  const sms = sampleDelivery({
    ...{
      _id: hex('d', 2 * n),
      ...ids,
      contactId: person.sms,
      status: 'deferred',
      reason: 'retry',
      dueAt: tomorrow,
      expiresAt: later,
    },
    ...{ provider: 'sns', segments: 2, updatedAt: at(3), attempts: [attempt(1, {}), attempt(2, { code: '504' })] },
  });
  const email = sampleDelivery({
    ...{
      _id: hex('d', 2 * n + 1),
      ...ids,
      channel: 'email',
      contactId: person.email,
      status: 'delivered',
      dueAt: null,
    },
    ...{
      provider: 'smtp',
      attempts: [attempt(1, { provider: 'smtp', result: 'accepted', reason: null, code: '250' })],
    },
  });
  const receipt: StoredReceipt = {
    ...{ _id: hex('r', n), provider: 'smtp', channel: 'email', deliveryId: email._id, providerRef: null, part: null },
    ...{ kind: 'delivered', reason: null, smtpStatus: '2.0.0', parts: null, matched: true, dueAt: null },
    ...{ evidence: sealer.seal('{"source":"smtp"}', 'evidence'), occurredAt: at(15), receivedAt: at(16) },
  };
  await ledger.notifications.collection.insertOne(notice as never);
  await ledger.deliveries.collection.insertMany([sms, email] as never[]);
  await ledger.receipts.collection.insertOne(receipt as never);
  return { id: notice._id, sms: sms._id, email: email._id, receipt: receipt._id };
}

/** A notice that has every reason of the closed list: in its decisions, and on a failed delivery each. Made once. */
export async function seedReasons({ ledger, sealer }: Parts, person: { id: string; sms: string }, n: number) {
  const ids = { notificationId: hex('n', n), subscriberId: person.id };
  const reasons = Object.keys(REASONS) as Reason[];
  const decision = { channel: 'sms', step: 0, decision: 'skip', contactId: null, dueAt: null } as const;
  const notice = sampleNotification({
    ...{ _id: ids.notificationId, subscriberId: person.id, status: 'not_reached', outcomeAt: at(20) },
    ...{ data: sealer.seal('{}', 'data'), decisions: reasons.map((reason) => ({ ...decision, reason })) },
  });
  const deliveries = reasons.map((reason, no) =>
    sampleDelivery({
      ...{ _id: hex('d', 10_000 * n + no), ...ids, contactId: person.sms, status: 'failed', reason, dueAt: null },
      expiresAt: new Date(Date.now() + 86_400_000),
    }),
  );
  await ledger.notifications.collection.replaceOne({ _id: notice._id as never }, notice as never, { upsert: true });
  for (const one of deliveries)
    await ledger.deliveries.collection.replaceOne({ _id: one._id as never }, one as never, { upsert: true });
  return notice._id;
}
