// Generated from contracts/schemas by `npm run contracts`. Do not edit.
export type Lane = "urgent" | "normal" | "bulk";
export type Lane1 = "urgent" | "normal" | "bulk";
export type Channel = "sms" | "email" | "push";

/**
 * One government entity, its rights and its event types.
 */
export interface EntityCatalogue {
  /**
   * Topic suffix; the event source is `/<entity>`.
   */
  entity: string;
  title: BilingualText;
  /**
   * Every type of the entity begins so.
   */
  typePrefix: string;
  /**
   * Alphanumeric sender id: at most 11 characters (3GPP TS 23.040 address field).
   */
  smsSender: string;
  /**
   * Address of the entity's technical staff, who are told when one of its endpoints is stopped.
   */
  operationsEmail?: string;
  grants: {
    /**
     * May publish notices that nobody can switch off.
     */
    mandatory: boolean;
    lanes: Lane[];
    /**
     * May publish to an audience, where a type allows it.
     */
    audience?: boolean;
    /**
     * Events a minute over HTTP, for each process of the front door; more are refused with `quota_exceeded`. No limit when left out.
     */
    quotaPerMinute?: number;
  };
  /**
   * Government hosts that a link in a notice may name.
   */
  linkHosts: string[];
  /**
   * @minItems 1
   */
  categories: [
    {
      id: string;
      title: BilingualText;
    },
    ...{
      id: string;
      title: BilingualText;
    }[]
  ];
  /**
   * @minItems 1
   */
  types: [EventType, ...EventType[]];
}
export interface BilingualText {
  en: string;
  ar: string;
}
export interface EventType {
  type: string;
  title: BilingualText1;
  category: string;
  /**
   * Cannot be switched off and ignores quiet hours. Needs the entity's grant.
   */
  mandatory?: boolean;
  lane?: Lane1;
  /**
   * Not sent later than this after acceptance.
   */
  ttlSeconds?: number;
  /**
   * `sensitive`: messages name only the entity, the title and a reference; the content is read in the inbox.
   */
  sensitivity?: "open" | "sensitive";
  /**
   * When it is unknown whether a provider took the message: send at most once more, or hold for an operator.
   */
  onUnknown?: "resend" | "hold";
  /**
   * false: an operator can never send it again (codes).
   */
  replay?: boolean;
  /**
   * May name `audience:<segment>` as its subject.
   */
  audience?: boolean;
  /**
   * An audience notice of this type is spread at most so fast; as fast as can be when left out.
   */
  peoplePerSecond?: number;
  /**
   * Goes to the one contact that `data.contactId` names, verified or not. Only the platform's own entity `notifyme` may use it (codes).
   */
  directToContact?: boolean;
  /**
   * Folder below templates/<entity>/.
   */
  template: string;
  /**
   * Steps, one after the other; channels of one step go in parallel. A step starts `waitSeconds` after the one before it when that did not reach the person.
   *
   * @minItems 1
   */
  plan: [
    {
      /**
       * @minItems 1
       */
      channels: [Channel, ...Channel[]];
      waitSeconds?: number;
    },
    ...{
      /**
       * @minItems 1
       */
      channels: [Channel, ...Channel[]];
      waitSeconds?: number;
    }[]
  ];
  /**
   * JSON Schema 2020-12 of `data`.
   */
  dataSchema: {};
}
/**
 * Shown in preferences, in the inbox and in a sensitive notice: it must not itself reveal anything.
 */
export interface BilingualText1 {
  en: string;
  ar: string;
}

/**
 * A message that cannot be processed, with its original bytes and where it stood. Topic notifyme.dead-letters, key: topic/partition.
 */
export interface DeadLetter {
  /**
   * Hash of topic, partition and offset: a repeated failure is one dead letter.
   */
  id: string;
  /**
   * A code, such as not_json, schema, unknown_type, foreign_source, unsealed, cannot_open.
   */
  reason: string;
  /**
   * What is wrong and where, without any value of the message.
   */
  detail: string;
  topic: string;
  partition: number;
  offset: string;
  /**
   * Base64 of the original key.
   */
  key?: string | null;
  /**
   * The original value, sealed with the key ring (base64 inside); null stays null.
   */
  original: string | null;
  headers?: {
    [k: string]: string;
  };
  at: string;
  traceparent?: string;
}

/**
 * Work for a channel: ids only, never a person's details. Topic notifyme.deliveries.<channel>.<lane>, key: subscriber id.
 */
export interface DeliveryMessage {
  deliveryId: string;
  notificationId: string;
}

/**
 * A CloudEvents 1.0 message about one transaction of one recipient, or of an audience. `source` and `id` identify it: a resend repeats both.
 */
export interface NotifyMeEvent {
  specversion: "1.0";
  /**
   * Unique within the source.
   */
  id: string;
  /**
   * `/<entity>`, optionally with a path below it.
   */
  source: string;
  /**
   * An event type of the entity's catalogue.
   */
  type: string;
  /**
   * The recipient: `cpr:<9 digits>`, another GCC national number by country (`sa:`, `ae:`, `kw:`, `om:`, `qa:`), `company:<CR number>`, `audience:<segment>`; with a test key also `simulator:<reason>`.
   */
  subject: string;
  /**
   * When the transaction happened.
   */
  time?: string;
  datacontenttype?: "application/json";
  dataschema?: string;
  /**
   * The values that the template of this type needs; validated against the type's data schema in the catalogue.
   */
  data: {};
  /**
   * W3C Trace Context; CloudEvents distributed tracing extension.
   */
  traceparent?: string;
  tracestate?: string;
  /**
   * CloudEvents sequence extension: order of the events of one case.
   */
  sequence?: string;
  /**
   * CloudEvents partitioning extension. Never a national number.
   */
  partitionkey?: string;
  /**
   * CloudEvents expiry extension: not sent after this moment.
   */
  expirytime?: string;
  /**
   * The case: one licence, one shipment. Its notices keep their order for a recipient.
   */
  correlationid?: string;
  /**
   * CloudEvents correlation extension: the id of the event that led to this one. A corrected event is a new event that names the wrong one here.
   */
  causationid?: string;
  /**
   * Scheduled: not sent before this moment; at most 90 days ahead.
   */
  notbefore?: string;
}

export type OutcomeStatus = "reached" | "partly_reached" | "not_reached" | "cancelled" | "rejected";

/**
 * The final word on a notification, told to the entity. Topic notifyme.outcomes.<entity>, key: notification id. It names the event, never the person.
 */
export interface Outcome {
  notificationId: string;
  source: string;
  eventId: string;
  type: string;
  correlationId?: string;
  status: OutcomeStatus;
  /**
   * One of reasons.json; absent when reached.
   */
  reason?: string;
  channels: {
    channel: "sms" | "email" | "push";
    status: string;
    reason?: string;
    /**
     * The line is about somebody who receives on the person's behalf; absent for the person.
     */
    to?: "delegate";
  }[];
  at: string;
  test: boolean;
  /**
   * 0: the one outcome of the notice. Higher: a correction after a replay or late evidence.
   */
  revision: number;
  /**
   * Of an audience notice: how many people, and how many could be routed.
   */
  audience?: {
    people: number;
    routed: number;
    notReached: number;
  };
}

export type ReceiptKind =
  | "accepted"
  | "sent"
  | "delayed"
  | "delivered"
  | "read"
  | "soft_bounce"
  | "hard_bounce"
  | "refused"
  | "expired"
  | "complaint"
  | "not_spam"
  | "opted_out"
  | "opted_in"
  | "auto_reply"
  | "endpoint_gone";

/**
 * Evidence about a delivery. Topic notifyme.receipts, key: delivery id or provider reference. The same evidence always has the same id.
 */
export interface Receipt {
  /**
   * Hash of provider, reference, kind and the provider's own time or id: a repeated callback repeats it.
   */
  id: string;
  provider: string;
  channel: "sms" | "email" | "push";
  deliveryId?: string;
  /**
   * The provider's own message id, when the callback does not carry ours.
   */
  providerRef?: string;
  kind: ReceiptKind;
  /**
   * One of reasons.json.
   */
  reason?: string;
  /**
   * RFC 3463 enhanced status code.
   */
  smtpStatus?: string;
  /**
   * Part of a multi-part SMS.
   */
  part?: number;
  parts?: number;
  occurredAt: string;
  receivedAt: string;
  /**
   * The raw evidence, sealed with the key ring.
   */
  evidence?: string;
  traceparent?: string;
}
