import reasonsJson from './reasons.json' with { type: 'json' };

/** The channels a notice can go by. */
export const CHANNELS = ['sms', 'email', 'push'] as const;
export type Channel = (typeof CHANNELS)[number];

/** A campaign (`bulk`) never delays a one-time code (`urgent`). */
export const LANES = ['urgent', 'normal', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

export const LANGUAGES = ['ar', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export type NotificationStatus =
  | 'accepted'
  | 'routed'
  | 'reached'
  | 'partly_reached'
  | 'not_reached'
  | 'cancelled'
  | 'rejected';

export type DeliveryStatus =
  | 'deferred'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'failed'
  | 'bounced'
  | 'expired'
  | 'skipped'
  | 'cancelled'
  | 'superseded'
  | 'unknown';

/** A code of the closed, bilingual list in reasons.json. */
export type Reason = keyof typeof reasonsJson;
export const REASONS: Record<Reason, { of: string[]; final: boolean; en: string; ar: string }> = reasonsJson;

/** True when `code` is in the closed list. */
export const isReason = (code: string): code is Reason => Object.hasOwn(REASONS, code);
