import type { ReceiptKind } from '../../../contracts/generated/types.ts';
import type { Channel, DeliveryStatus, Lane, Language, NotificationStatus, Reason } from '../../../contracts/status.ts';

/** The governorates of Bahrain. */
export const AREAS = ['capital', 'muharraq', 'northern', 'southern'] as const;
export type Area = (typeof AREAS)[number];

/** A registered person or company. `_id` is the blind index of the subject, so no national number stands in the clear. */
export type Subscriber = {
  _id: string;
  kind: 'person' | 'company';
  scheme: 'cpr' | 'sa' | 'ae' | 'kw' | 'om' | 'qa' | 'company';
  /** Sealed subject, such as `cpr:...`. */
  subject: string;
  language: Language;
  /** Exceptions to `language` for one channel. */
  languageByChannel: Partial<Record<Channel, Language>>;
  /** Where the person lives, if they want to hear of it; null or left out when they said nothing. */
  area?: Area | null;
  /** IANA zone in which quiet hours are read. */
  timeZone: string;
  /** Local wall-clock times `HH:MM`; `from` later than `to` wraps midnight. */
  quietHours: { from: string; to: string } | null;
  preferences: Preference[];
  contacts: Contact[];
  createdAt: Date;
  updatedAt: Date;
};

/** The most specific match wins: entity, category and channel may each be `*`. No match means allowed. */
export type Preference = { entity: string; category: string; channel: Channel | '*'; allow: boolean; at: Date };

export type ContactState = 'unverified' | 'verified' | 'suspect' | 'suppressed' | 'opted_out' | 'taken_over';

/** One address on one channel. `id` is deterministic for subscriber, channel and canonical address. */
export type Contact = {
  id: string;
  channel: Channel;
  /** What the address is: `mobile`, `email`, `webpush` (JSON subscription), `fcm` or `apns` (token or endpoint ARN). */
  kind: 'mobile' | 'email' | 'webpush' | 'fcm' | 'apns';
  /** Sealed canonical address: E.164, mail address, or JSON of a push endpoint. */
  address: string;
  state: ContactState;
  /** Why the state is not `verified`. */
  reason: Reason | null;
  main: boolean;
  softBounces: number;
  /** Ids of the receipts that were counted as soft bounces. */
  counted?: string[];
  verifiedAt: Date | null;
  /** Last moment the person confirmed it; older than the freshness limit means `stale_contact`. */
  confirmedAt: Date | null;
  /** When the register must do something about it next: remind the person, or ask to mend a suspect one. */
  careAt?: Date | null;
  updatedAt: Date;
};

/** Why a channel was chosen, skipped or deferred; shown to citizen, entity and operator. */
export type Decision = {
  channel: Channel;
  step: number;
  decision: 'send' | 'skip' | 'defer';
  reason: Reason | null;
  contactId: string | null;
  dueAt: Date | null;
  /** Set where it is about a delegate who also receives: the mandate and, with a contact, the delegate's subscriber id. */
  mandateId?: string;
  delegateId?: string;
};

export type FeedbackValue = 'useful' | 'not_for_me' | 'wrong_person';

/** One event for one subscriber; also the inbox item. `_id` is a hash of source, event id and subscriber. */
export type Notification = {
  _id: string;
  entity: string;
  source: string;
  eventId: string;
  type: string;
  subscriberId: string;
  status: NotificationStatus;
  reason: Reason | null;
  category: string;
  mandatory: boolean;
  lane: Lane;
  sensitivity: 'open' | 'sensitive';
  onUnknown: 'resend' | 'hold';
  correlationId: string | null;
  /** Id of the event that led to this one, such as the wrong one that it corrects. */
  causationId?: string;
  sequence: number | null;
  /** Sealed JSON of the event's `data`. */
  data: string;
  decisions: Decision[];
  test: boolean;
  /** Only with test keys: the reason that the simulator plays. */
  simulate: string | null;
  traceparent: string | null;
  /** Where the event stood in Kafka; another position with the same `_id` is a duplicate. */
  position: string | null;
  eventTime: Date | null;
  acceptedAt: Date;
  routedAt: Date | null;
  notBefore: Date | null;
  expiresAt: Date;
  cancelledAt: Date | null;
  readAt: Date | null;
  /** The person wants it shown as unread although it was opened. */
  keptUnread?: boolean;
  archivedAt?: Date | null;
  /** When it was told again by another channel, or found that there is none: mandatory and not opened for days. */
  retoldAt?: Date | null;
  feedback?: FeedbackValue | null;
  outcomeAt: Date | null;
  /** Token of whoever stored the outcome, so that exactly one tells it. */
  outcomeClaim: string | null;
  /** False only while an outcome is stored and not yet known to be in its topic. */
  outcomeTold: boolean;
  /** 0 for the outcome; each later correction (replay, late evidence) adds one. */
  outcomeRevision: number;
  /** First time a provider took one of its deliveries; a later notice of the same case then supersedes older ones. */
  handedOffAt: Date | null;
  /** The audience notice that this one belongs to; its entity is told of the audience as a whole. */
  audienceOf: string | null;
  duplicates: number;
};

/** One call to one provider for one delivery. */
export type Attempt = {
  no: number;
  provider: string;
  startedAt: Date;
  endedAt: Date;
  result: 'accepted' | 'refused' | 'retry' | 'throttled' | 'unknown';
  reason: Reason | null;
  /** The provider's own id of the message. */
  providerRef: string | null;
  /** The provider's own code, such as an SMTP status or an error name; never an address. */
  code: string | null;
};

/** One notification on one contact. `_id` is a hash of notification, channel and contact. */
export type Delivery = {
  _id: string;
  notificationId: string;
  /** Whom the notice is for; the contact is theirs unless `delegateId` is set. */
  subscriberId: string;
  contactId: string;
  /** Goes to a delegate of theirs, under this mandate, which is looked up again at the moment of sending. */
  mandateId?: string;
  /** The delegate's subscriber id: their contact, language and quiet hours. */
  delegateId?: string;
  entity: string;
  type: string;
  channel: Channel;
  lane: Lane;
  step: number;
  /** Its notice belongs to a case: a newer notice of the case supersedes it. */
  ordered: boolean;
  status: DeliveryStatus;
  reason: Reason | null;
  test: boolean;
  /** Whether to send once more when nobody knows if a provider took it, or to hold it for an operator. */
  onUnknown: 'resend' | 'hold';
  /**
   * When somebody must look at it next, by status: `deferred` due to be sent; `queued` its message was lost; `sending`
   * its worker was lost; `sent` silence counts as the last word; `unknown` to be sent again or given up. A final status
   * has it while the notice's outcome is still to be worked out, then null.
   */
  dueAt: Date | null;
  queuedAt: Date | null;
  /** Token of the worker that claimed it, while `sending`. */
  claim: string | null;
  /** The control that it waits for, while `deferred` for the reason `paused`. */
  pausedBy?: string | null;
  attempts: Attempt[];
  /** How many attempts had an outcome that nobody knows. */
  unknowns: number;
  provider: string | null;
  providerRef: string | null;
  /** SMS segments by 3GPP TS 23.038. */
  segments: number | null;
  language: Language | null;
  sentAt: Date | null;
  /** `sent`, and no better evidence came in time: it counts as reached. */
  settledAt: Date | null;
  /** Receipts in order of arrival, without their raw evidence (that is in `receipts`). */
  receipts: { id: string; kind: ReceiptKind; reason: Reason | null; at: Date; part: number | null }[];
  replays: number;
  /** The replay that made it due last (`j_...`). */
  replayJob?: string;
  /** Ids of the deliveries that its message tells of besides its own: it is a digest. */
  carries?: string[];
  /** The delivery, and the notice of it, whose message tells of this one too; its status follows that one. */
  carriedBy?: { deliveryId: string; notificationId: string } | null;
  expiresAt: Date;
  createdAt: Date;
  updatedAt: Date;
};

/** Raw evidence, kept also when no delivery matches it. `_id` is the receipt's id. */
export type StoredReceipt = {
  _id: string;
  provider: string;
  channel: Channel;
  deliveryId: string | null;
  providerRef: string | null;
  kind: ReceiptKind;
  reason: Reason | null;
  smtpStatus: string | null;
  part: number | null;
  parts: number | null;
  evidence: string | null;
  matched: boolean;
  /** When to look for its delivery again, while unmatched. */
  dueAt: Date | null;
  occurredAt: Date;
  receivedAt: Date;
};

/** An entity's key. The secret is stored as SHA-256 of 256 random bits; `_id` is the public half of the key. */
export type ApiKey = {
  _id: string;
  entity: string;
  kind: 'live' | 'test';
  hash: string;
  createdAt: Date;
  revokedAt: Date | null;
  /** Works no longer from then on: another key took its place. */
  endsAt?: Date | null;
};

/** What operators decided about an entity; one that has none is as its catalogue file says. `_id` is the entity. */
export type EntityRecord = {
  _id: string;
  state: 'test' | 'live' | 'suspended';
  /** In place of the catalogue's; null: as the catalogue says. `quotaPerMinute` null: no limit. */
  grants: { mandatory: boolean; lanes: Lane[]; audience: boolean; quotaPerMinute: number | null } | null;
  /** Number of the stored version in force; null: the files that came with the platform. */
  version: number | null;
  by: string;
  at: Date;
  /** New with every change: of two operators at once, one sees that the other was quicker. */
  token: string;
};

/** A stored version of an entity's catalogue and templates; never changed. `_id` is `<entity>:<number, 6 digits>`. */
export type CatalogueVersion = {
  _id: string;
  entity: string;
  version: number;
  /** SHA-256 of what `content` says, whatever its order, in hex. */
  hash: string;
  /** JSON text of an EntityPackage (services/shared/entities). */
  content: string;
  because: string;
  by: string;
  at: Date;
};

/** An outcome as told to the entity, in the order of its topic: the pull feed. `_id` is `<entity>:<offset, 16 digits>`. */
export type FeedItem = { _id: string; entity: string; offset: number; outcome: string };

/** A message that could not be processed, kept for operators; written from the dead-letter topic. */
export type StoredDeadLetter = {
  _id: string;
  reason: string;
  detail: string;
  topic: string;
  partition: number;
  offset: string;
  original: string | null;
  key: string | null;
  headers: Record<string, string>;
  at: Date;
  /** When an operator sent the original bytes again. */
  replayedAt: Date | null;
  /** The replay that did, where it was one. */
  replayJob?: string;
};

/** An audience notice being spread page by page. `_id` is the notification id of the audience event. */
export type Audience = {
  _id: string;
  entity: string;
  segment: string;
  /** Sealed JSON of the event. */
  event: string;
  test: boolean;
  position: string;
  acceptedAt: Date;
  status: 'waiting' | 'spreading' | 'paused' | 'stopped' | 'done';
  /** Last subscriber id of the last finished page. */
  checkpoint: string;
  counts: { people: number; routed: number; notReached: number };
  dueAt: Date | null;
  claim: string | null;
};

/** An endpoint of an entity that outcomes are posted to. */
export type Webhook = {
  _id: string;
  entity: string;
  /** Place among the entity's endpoints; unique, so that it bounds their number. */
  slot: number;
  /** Sealed address: its path may hold a token. */
  url: string;
  signature: 'v1' | 'v1a';
  /** Sealed keys, newest first; the one before still signs until `endsAt`. */
  secrets: { key: string; endsAt: Date | null }[];
  status: 'active' | 'suspended';
  /** Why it is suspended: it answered 410, nothing but failures for too long, or its entity has no key any more. */
  reason: 'gone' | 'failing' | 'no_key' | null;
  /** When the entity is to be told by mail that it is suspended; null once that is done, or nobody is to be told. */
  tellAt?: Date | null;
  /** Messages whose last attempt failed, and the offset of the first of them, as far as no replay went before it. */
  givenUp?: number;
  givenUpFrom?: number | null;
  /** Offset in the outcome feed behind which first attempts go on; -1 is before the first. */
  position: number;
  /** When to look at it next. */
  dueAt: Date;
  /** Nothing is posted before: it fails, or asked for a rest. */
  restUntil: Date;
  /** Token and end of the lease of the process that serves it. */
  lease: string | null;
  leaseUntil: Date;
  /** Failures in a row, and since when. */
  failures: number;
  failingSince: Date | null;
  /** The last answer: `HTTP 200`, or the code of what went wrong. */
  last: { at: Date; result: string } | null;
  createdAt: Date;
  updatedAt: Date;
};

/** An outcome that an endpoint did not take at first. `_id` is `<webhook>:<offset, 16 digits>`; gone once it was taken. */
export type WebhookRetry = {
  _id: string;
  webhookId: string;
  offset: number;
  outcome: string;
  state: 'waiting' | 'given_up';
  attempts: number;
  dueAt: Date;
};

/** What a control is about: a delivery meets it when it has every value that is named; nothing named means all. */
export type ControlScope = { provider?: string; channel?: Channel; lane?: Lane; entity?: string; type?: string };

/** What operators hold back, or how they shift the load. `_id` says what it is about (services/shared/controls). */
export type Control = {
  _id: string;
  /** `drain` lets through what is on the lanes already. */
  kind: 'pause' | 'drain' | 'weight';
  scope: ControlScope;
  /** Of a provider, in place of the setting; null unless that is the kind. */
  weight: number | null;
  /** Whether the platform's own urgent codes wait as well. */
  holdsCodes: boolean;
  because: string;
  by: string;
  at: Date;
  /** Ends by itself then; null: only when somebody ends it. */
  until: Date | null;
  /** `releasing`: ended, and what waits for it is let go bit by bit. */
  state: 'active' | 'releasing';
  endedAt: Date | null;
  /** When to let the next go, while `releasing`. */
  lookAt: Date | null;
  /** New with every change by an operator: of two at once, one sees that the other was quicker. */
  token: string;
};

/** An address that gets nothing, whoever holds it. `_id` is its blind address id: the address itself is not here. */
export type Suppression = {
  _id: string;
  channel: Channel;
  /** A complaint stops optional notices only; all else stops everything. */
  source: 'complaint' | 'hard_bounce' | 'operator';
  because: string;
  by: string;
  at: Date;
  /** Counts no longer from then on; null: until it is removed. */
  until: Date | null;
  /** Sealed masked address, so that operators know it again. */
  hint: string | null;
};
