import type { Contact, Control, Delivery, Notification, Subscriber } from './types.ts';

/** The moment at which tests happen, unless they say otherwise. */
export const NOON = new Date('2026-11-24T09:00:00Z');

/** How patient the platform is in tests: as the settings have it. */
export const TIMING = {
  leaseMs: 120_000,
  unknownGraceMs: 60_000,
  queuePatienceMs: 300_000,
  untoldAfterMs: 60_000,
  sessionTimeoutMs: 30_000,
};

/** A moment some seconds after (or before) noon. */
export const at = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1000);

/** An id of the right form, made of one hex digit. */
export const idOf = (prefix: 'n' | 'd' | 's' | 'c' | 'r', digit: string): string => `${prefix}_${digit.repeat(32)}`;

/** A verified contact of an invented person, confirmed at noon. */
export const sampleContact = (more: Partial<Contact> = {}): Contact => ({
  id: idOf('c', '1'),
  channel: 'sms',
  kind: 'mobile',
  address: '',
  state: 'verified',
  reason: null,
  main: true,
  softBounces: 0,
  verifiedAt: NOON,
  confirmedAt: NOON,
  updatedAt: NOON,
  ...more,
});

/** An invented person with one mobile, one mailbox and one browser. */
export const sampleSubscriber = (more: Partial<Subscriber> = {}): Subscriber => ({
  _id: idOf('s', '1'),
  kind: 'person',
  scheme: 'cpr',
  subject: '',
  language: 'en',
  languageByChannel: {},
  timeZone: 'Asia/Bahrain',
  quietHours: null,
  preferences: [],
  contacts: [
    sampleContact(),
    sampleContact({ id: idOf('c', '2'), channel: 'email', kind: 'email' }),
    sampleContact({ id: idOf('c', '3'), channel: 'push', kind: 'webpush' }),
  ],
  createdAt: NOON,
  updatedAt: NOON,
  ...more,
});

/** An optional notice that was routed at noon and lives for an hour. */
export const sampleNotification = (more: Partial<Notification> = {}): Notification => ({
  _id: idOf('n', '1'),
  entity: 'sijilat',
  source: '/sijilat',
  eventId: 'evt-1',
  type: 'bh.gov.moic.sijilat.licence.renewed.v1',
  subscriberId: idOf('s', '1'),
  status: 'routed',
  reason: null,
  category: 'licences',
  mandatory: false,
  lane: 'normal',
  sensitivity: 'open',
  onUnknown: 'hold',
  correlationId: null,
  sequence: null,
  data: '',
  decisions: [],
  test: false,
  simulate: null,
  traceparent: null,
  position: 'events/0/0',
  eventTime: null,
  acceptedAt: NOON,
  routedAt: NOON,
  notBefore: null,
  expiresAt: at(3_600),
  cancelledAt: null,
  readAt: null,
  outcomeAt: null,
  outcomeClaim: null,
  outcomeTold: true,
  outcomeRevision: 0,
  handedOffAt: null,
  audienceOf: null,
  duplicates: 0,
  ...more,
});

/** Its delivery by SMS, queued at noon. */
export const sampleDelivery = (more: Partial<Delivery> = {}): Delivery => ({
  _id: idOf('d', '1'),
  notificationId: idOf('n', '1'),
  subscriberId: idOf('s', '1'),
  contactId: idOf('c', '1'),
  entity: 'sijilat',
  type: 'bh.gov.moic.sijilat.licence.renewed.v1',
  channel: 'sms',
  lane: 'normal',
  step: 0,
  ordered: false,
  status: 'queued',
  reason: null,
  test: false,
  onUnknown: 'hold',
  dueAt: at(300),
  queuedAt: NOON,
  claim: null,
  attempts: [],
  unknowns: 0,
  provider: null,
  providerRef: null,
  segments: null,
  language: null,
  sentAt: null,
  settledAt: null,
  receipts: [],
  replays: 0,
  expiresAt: at(3_600),
  createdAt: NOON,
  updatedAt: NOON,
  ...more,
});

/** A pause of everything, from noon on, until somebody ends it. */
export const sampleControl = (more: Partial<Control> = {}): Control => ({
  _id: 'hold:',
  kind: 'pause',
  scope: {},
  weight: null,
  holdsCodes: false,
  because: 'a sample pause',
  by: 'operator',
  at: NOON,
  until: null,
  state: 'active',
  endedAt: null,
  lookAt: null,
  token: 'token',
  ...more,
});
