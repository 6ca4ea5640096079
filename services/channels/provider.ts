import type { Channel, Language, Reason } from '../../contracts/status.ts';
import type { RenderedMessage } from '../shared/render/rendered.ts';

export type { RenderedMessage } from '../shared/render/rendered.ts';

/** What a channel worker hands to a provider: one rendered message for one address. */
export type SendRequest = {
  /** The same on every attempt of a delivery: the client reference. */
  deliveryId: string;
  notificationId: string;
  entity: string;
  /** The entity's name in the message's language. */
  entityName: string;
  smsSender: string;
  language: Language;
  lane: 'urgent' | 'normal' | 'bulk';
  mandatory: boolean;
  /** Opened address: E.164, mail address, or JSON of a push endpoint. Never logged. */
  address: string;
  addressKind: 'mobile' | 'email' | 'webpush' | 'fcm' | 'apns';
  message: RenderedMessage;
  /** Absolute one-click unsubscribe address (RFC 8058) for optional email; null for mandatory notices. */
  unsubscribeUrl: string | null;
  /** Seconds until the notice expires. */
  ttlSeconds: number;
  /** Only from test keys: the reason that the simulator plays; a real provider never looks at it. */
  simulate?: string | null;
  /** Names of providers that operators paused; where one stands for several, it asks none of these. */
  avoid?: readonly string[];
};

/** The provider's answer. `code` is the provider's own code, never an address or a body. */
export type Answer =
  | { kind: 'accepted'; providerRef: string | null; code: string | null }
  | { kind: 'refused'; reason: Reason; code: string; contact: 'keep' | 'dead' | 'opted_out' }
  | { kind: 'retry'; reason: Reason; code: string; retryAfterMs?: number }
  | { kind: 'throttled'; code: string; retryAfterMs?: number }
  | { kind: 'unknown'; code: string };

/** No provider was asked, because all of them are known to be down: no attempt was made. */
export type Held = { kind: 'held'; code: string; retryAfterMs: number };

/** One call of several that were made for a message. */
export type Call = { provider: string; result: Answer; startedAt: Date; endedAt: Date };

/** `provider` is who answered, where one stands for several; `before` what others answered who surely sent nothing. */
export type SendResult = (Answer | Held) & { provider?: string; before?: readonly Call[] };

/** How one of several providers stands now. */
export type MemberState = {
  name: string;
  state: 'closed' | 'half-open' | 'open';
  /** Share of the messages, of those that go to closed breakers, between 0 and 1. */
  share: number;
  errors: number;
  receiptMs: number | null;
};

export type Provider = {
  name: string;
  channel: Channel;
  /** Never throws for anything the provider does; a throw is a bug of ours. */
  send(request: SendRequest): Promise<SendResult>;
  /** Names of those that could send to an address of the kind; left out where that is only itself. */
  serves?(kind: SendRequest['addressKind']): string[];
  /** How those stand that it is made of; left out where there is no breaker. */
  state?(): MemberState[];
  close(): Promise<void>;
};
