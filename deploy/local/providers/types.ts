import type { Channel } from '../../../contracts/status.ts';

/** What a channel's server does to a request: see README.md for each mode on each channel. */
export type ChaosMode = 'ok' | 'refuse' | 'throttle' | 'black-hole' | 'slow' | 'reset' | 'accept-then-timeout';

/** A server that chaos can befall: that of a channel, or its second one. */
export type ChaosTarget = Channel | 'sms-gateway' | 'email-2';

/** Where receipts go. All may be unset: then nothing is told, as with delivery logging switched off. */
export type Callbacks = {
  /** Receives Data Firehose HTTP endpoint delivery requests with SMS delivery status records. */
  snsDeliveryStatusUrl?: string;
  /** Receives delivery status notifications and automatic replies by SMTP. */
  bounceSmtp?: { host: string; port: number };
  /** Receives delivery reports of the SMS gateway for messages that name no address themselves. */
  smsGatewayUrl?: string;
};

export type SmsItem = {
  /** The MessageId that Publish answered. */
  id: string;
  /** ISO 8601 instant. */
  at: string;
  /** E.164. */
  to: string;
  sender: string;
  text: string;
  type: 'Transactional' | 'Promotional';
  parts: number;
  status: 'SUCCESS' | 'FAILURE';
  providerResponse: string;
  /** Set when it came by the gateway and not by SNS. */
  by?: 'sms-gateway';
};

export type MailItem = {
  id: string;
  at: string;
  /** Envelope sender; '' is the null reverse-path. */
  from: string;
  /** Envelope recipients. */
  to: string[];
  subject: string;
  /** The From header as a person sees it. */
  fromHeader: string;
  html: string | null;
  text: string;
  /** Header lines in order, names as written. */
  headers: { name: string; value: string }[];
  /** RFC 3461: NOTIFY of the first recipient and the decoded ENVID. */
  notify: string[];
  envid: string | null;
  /** The message as received, cut at 256 KiB. */
  raw: Buffer;
};

export type PushItem = {
  id: string;
  at: string;
  service: 'webpush' | 'gcm' | 'apns';
  /** Subscription endpoint (Web Push) or endpoint ARN (SNS). */
  to: string;
  title: string;
  body: string;
  /** The decrypted payload, or SNS's platform payload, as text. */
  payload: string;
  ttl: number | null;
  urgency: string;
  topic: string | null;
};

/** A message of a test key, as it was rendered; it went to nobody. */
export type TestItem = {
  at: string;
  channel: Channel;
  notificationId: string;
  language: string;
  title: string;
  text: string;
};

export type PushSubscriptionJSON = {
  endpoint: string;
  expirationTime: number | null;
  keys: { p256dh: string; auth: string };
};

/** Delays in milliseconds. */
export type Timing = {
  /** From Publish to the SMS delivery status, before batching. */
  receiptMs: number;
  /** From acceptance of a mail to its first report or automatic reply. */
  reportMs: number;
  /** From the report `delayed` to the report `failed` of a full mailbox. */
  fullMs: number;
  /** Extra delay of an answer in chaos mode `slow`. */
  slowMs: number;
};

export type ProviderOptions = {
  host?: string;
  ports?: { smtp?: number; smtp2?: number; sns?: number; gateway?: number; push?: number; pages?: number };
  callbacks?: Callbacks;
  /** Sent as X-Amz-Firehose-Access-Key. */
  firehoseAccessKey?: string;
  /** Signs what goes to the SMS gateway and what it reports. */
  gatewayKey?: string;
  /** false: count only, for load runs. Default true. */
  keep?: boolean;
  timing?: Partial<Timing>;
  /** Given event names and counts; never an address, a number or a body. */
  log?: (event: string, detail?: Record<string, unknown>) => void;
};

export type Log = NonNullable<ProviderOptions['log']>;

export type LocalProviders = {
  smtpUrl: string;
  /** A second relay of the same kind. */
  smtpUrl2: string;
  snsEndpoint: string;
  smsGatewayUrl: string;
  pushOrigin: string;
  pagesUrl: string;
  setCallbacks(callbacks: Callbacks): void;
  outbox: {
    sms(): SmsItem[];
    mail(): MailItem[];
    push(): PushItem[];
    tests(): TestItem[];
    counts(): Record<Channel, number>;
    clear(): void;
  };
  chaos(target: ChaosTarget, mode: ChaosMode): void;
  createPushSubscription(magic?: string): PushSubscriptionJSON;
  stop(): Promise<void>;
};
