import type { DeliveryStatus, Reason } from '../../../contracts/status.ts';
import type { Contact, Subscriber } from '../ledger/types.ts';

const YEAR_MS = 366 * 86_400_000;

/**
 * The made-up subscriber behind `simulator:<reason>` of a test key, in the state that leads the router to that reason;
 * null for `no_subscriber`. Reasons that come from a provider leave it a plain, fully verified person.
 */
export function simulatedSubscriber(id: string, simulate: string, now: Date): Subscriber | null {
  const reason = simulate as Reason | 'delivered';
  if (reason === 'no_subscriber') return null;
  const subscriber: Subscriber = {
    _id: id,
    kind: 'person',
    scheme: 'cpr',
    subject: '',
    language: 'en',
    languageByChannel: {},
    timeZone: 'Asia/Bahrain',
    quietHours: null,
    preferences: [],
    contacts: [contact('sms', 'mobile', now), contact('email', 'email', now), contact('push', 'webpush', now)],
    createdAt: now,
    updatedAt: now,
  };
  switch (reason) {
    case 'no_contact':
      return { ...subscriber, contacts: [] };
    case 'unverified_contact':
      return withState(subscriber, { state: 'unverified', verifiedAt: null, confirmedAt: null });
    case 'stale_contact':
      return withState(subscriber, { confirmedAt: new Date(now.getTime() - 3 * YEAR_MS) });
    case 'suspect_contact':
      return withState(subscriber, { state: 'suspect' });
    case 'suppressed':
      return withState(subscriber, { state: 'suppressed', reason: 'suppressed' });
    case 'opted_out':
      return withState(subscriber, { state: 'opted_out' });
    default:
      return subscriber;
  }
}

const withState = (subscriber: Subscriber, change: Partial<Contact>): Subscriber => ({
  ...subscriber,
  contacts: subscriber.contacts.map((one) => ({ ...one, ...change })),
});

const contact = (channel: Contact['channel'], kind: Contact['kind'], now: Date): Contact => ({
  id: `c_simulated_${channel}`,
  channel,
  kind,
  address: '',
  state: 'verified',
  reason: null,
  main: true,
  softBounces: 0,
  verifiedAt: now,
  confirmedAt: now,
  updatedAt: now,
});

/** The reasons that make a simulated delivery wait a moment before it goes on. */
const WAITS: ReadonlySet<string> = new Set<Reason>([
  ...(['quiet_hours', 'in_digest', 'scheduled', 'waiting_step', 'waiting_newer', 'paused', 'retry'] as const),
]);

/** How long a simulated wait takes, in milliseconds. */
export const SIMULATED_WAIT_MS = 1_000;

/** The reason to wait for, or null when the simulated notice goes at once. */
export const simulatedWait = (simulate: string | null): Reason | null =>
  simulate !== null && WAITS.has(simulate) ? (simulate as Reason) : null;

const ENDS: Partial<Record<Reason, DeliveryStatus>> = {
  expired: 'expired',
  superseded: 'superseded',
  cancelled: 'cancelled',
  duplicate: 'skipped',
  reached_earlier: 'skipped',
  template_error: 'failed',
  invalid_event: 'failed',
  not_granted: 'failed',
  complaint: 'failed',
  mandate_ended: 'skipped',
  erased: 'cancelled',
};

/** How a simulated delivery ends before any provider is asked, or null when its simulator answers. */
export function simulatedEnd(simulate: string): { status: DeliveryStatus; reason: Reason } | null {
  const status = ENDS[simulate as Reason];
  return status ? { status, reason: simulate as Reason } : null;
}
