import type { Sealer } from '../../services/shared/crypto/field.ts';
import type { Delivery, Notification, Subscriber, Webhook } from '../../services/shared/ledger/types.ts';

const hex = '00112233445566778899aabbccddeeff';
const at = new Date('2026-11-24T09:30:00Z');

/** A notice with every kind of member set: one channel chosen, one skipped. */
export const noticeOf = (sealer: Sealer): Notification => ({
  _id: `n_${hex}`,
  entity: 'benayat',
  source: '/benayat',
  eventId: 'benayat-2026-001037',
  type: 'bh.gov.mun.benayat.permit.approved.v1',
  subscriberId: `s_${hex}`,
  status: 'routed',
  reason: null,
  category: 'permits',
  mandatory: false,
  lane: 'normal',
  sensitivity: 'open',
  onUnknown: 'hold',
  correlationId: 'BP-03371',
  sequence: 1,
  data: sealer.seal('{"applicationNumber":"BP-03371"}', 'data'),
  decisions: [
    { channel: 'sms', step: 0, decision: 'send', reason: null, contactId: `c_${hex}`, dueAt: null },
    { channel: 'email', step: 0, decision: 'skip', reason: 'no_contact', contactId: null, dueAt: null },
  ],
  test: false,
  simulate: null,
  traceparent: `00-${hex}-0011223344556677-01`,
  position: '0/1',
  eventTime: at,
  acceptedAt: at,
  routedAt: at,
  notBefore: null,
  expiresAt: at,
  cancelledAt: null,
  readAt: null,
  outcomeAt: null,
  outcomeClaim: null,
  outcomeTold: true,
  outcomeRevision: 0,
  handedOffAt: at,
  audienceOf: null,
  duplicates: 0,
});

/** A delivery that failed once and was then taken. */
export const deliveryOf = (): Delivery => ({
  _id: `d_${hex}`,
  notificationId: `n_${hex}`,
  subscriberId: `s_${hex}`,
  contactId: `c_${hex}`,
  entity: 'benayat',
  type: 'bh.gov.mun.benayat.permit.approved.v1',
  channel: 'sms',
  lane: 'normal',
  step: 0,
  ordered: true,
  status: 'sent',
  reason: null,
  test: false,
  onUnknown: 'hold',
  dueAt: at,
  queuedAt: at,
  claim: null,
  attempts: [
    {
      no: 1,
      provider: 'local',
      startedAt: at,
      endedAt: at,
      result: 'retry',
      reason: 'provider_unavailable',
      providerRef: null,
      code: '421',
    },
    {
      no: 2,
      provider: 'local',
      startedAt: at,
      endedAt: at,
      result: 'accepted',
      reason: null,
      providerRef: 'ref-1',
      code: null,
    },
  ],
  unknowns: 0,
  provider: 'local',
  providerRef: 'ref-1',
  segments: 2,
  language: 'ar',
  sentAt: at,
  settledAt: null,
  receipts: [{ id: `r_${hex}`, kind: 'accepted', reason: null, at, part: null }],
  replays: 0,
  expiresAt: at,
  createdAt: at,
  updatedAt: at,
});

/** A person with a verified number, a browser, and one opt-out. */
export const subscriberOf = (sealer: Sealer): Subscriber => ({
  _id: `s_${hex}`,
  kind: 'person',
  scheme: 'cpr',
  subject: sealer.seal('cpr:480620030', 'subject'),
  language: 'ar',
  languageByChannel: { email: 'en' },
  timeZone: 'Asia/Bahrain',
  quietHours: { from: '22:00', to: '07:00' },
  preferences: [{ entity: 'benayat', category: '*', channel: 'sms', allow: false, at }],
  contacts: [
    contact('mobile', sealer.seal('+97336001234', 'address')),
    contact('webpush', sealer.seal('{"endpoint":"https://push.example/1"}', 'address')),
  ],
  createdAt: at,
  updatedAt: at,
});

const contact = (kind: 'mobile' | 'webpush', address: string): Subscriber['contacts'][number] => ({
  id: `c_${hex}`,
  channel: kind === 'mobile' ? 'sms' : 'push',
  kind,
  address,
  state: 'verified',
  reason: null,
  main: true,
  softBounces: 0,
  verifiedAt: at,
  confirmedAt: at,
  updatedAt: at,
});

/** An endpoint of `benayat` that has failed since yesterday, in the middle of a rotation. */
export const webhookOf = (sealer: Sealer): Webhook => ({
  ...{ _id: `w_${hex}`, entity: 'benayat', slot: 0, restUntil: at, url: sealer.seal('https://127.0.0.1/', 'webhook') },
  ...{ signature: 'v1', status: 'active', reason: null, position: 7, dueAt: at, lease: null },
  secrets: [null, at].map((endsAt) => ({ key: sealer.seal('whsec_aW52ZW50ZWQ=', 'webhook'), endsAt })),
  ...{ leaseUntil: at, failures: 3, failingSince: at, last: { at, result: 'HTTP 500' }, createdAt: at, updatedAt: at },
});
