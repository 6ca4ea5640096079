import type { Channel, Reason } from '../../contracts/status.ts';
import type { Contact, Decision, Subscriber } from '../shared/ledger/types.ts';
import { allows } from '../shared/policy/consent.ts';
import { contactsFor } from '../shared/policy/contacts.ts';
import { quietUntil } from '../shared/policy/quiet-hours.ts';

/** What the catalogue and the event say about a notice, as far as deciding needs it. */
export type Notice = {
  entity: string;
  category: string;
  mandatory: boolean;
  urgent: boolean;
  plan: { channels: Channel[]; waitSeconds: number }[];
  notBefore: Date | null;
  expiresAt: Date;
  cancelled: boolean;
  /** The only contact to use, verified or not (verification codes); null otherwise. */
  onlyContactId: string | null;
  /** Delegates of the person may receive it too: not codes, not the platform's own notices, not campaigns. */
  forDelegates?: boolean;
};

export type Verdict =
  | { kind: 'route'; decisions: Decision[] }
  | { kind: 'end'; status: 'not_reached' | 'cancelled'; reason: Reason; decisions: Decision[] };

/**
 * Decides, for every channel of the plan, whether a notice goes to this subscriber by it, when, and why (not).
 * Pure: the same subscriber, notice and clock always give the same decisions.
 */
export function decide(
  notice: Notice,
  subscriber: Subscriber | null,
  rules: { now: Date; staleAfterMs: number },
): Verdict {
  const { now } = rules;
  if (notice.cancelled) return { kind: 'end', status: 'cancelled', reason: 'cancelled', decisions: [] };
  if (notice.expiresAt <= now) return end('expired');
  if (!subscriber) return end('no_subscriber');

  const decisions: Decision[] = [];
  let stepStart = later(now, notice.notBefore);
  for (const [step, { channels, waitSeconds }] of notice.plan.entries()) {
    const before = decisions.filter(({ decision }) => decision !== 'skip');
    if (before.length > 0) stepStart = new Date(lastStart(before, stepStart).getTime() + waitSeconds * 1000);
    for (const channel of channels)
      decisions.push(...decideChannel(notice, subscriber, channel, step, stepStart, rules));
  }
  if (decisions.every(({ decision }) => decision === 'skip')) return end(mainReason(decisions), decisions);
  return { kind: 'route', decisions };
}

/** When the steps before really start: quiet hours may have moved them, and the next step waits from there. */
const lastStart = (before: Decision[], planned: Date): Date =>
  before.reduce((last, { dueAt }) => later(last, dueAt), planned);

function decideChannel(
  notice: Notice,
  subscriber: Subscriber,
  channel: Channel,
  step: number,
  stepStart: Date,
  { now, staleAfterMs }: { now: Date; staleAfterMs: number },
): Decision[] {
  const base = { channel, step, contactId: null, dueAt: null };
  const chosen = notice.onlyContactId
    ? namedContact(subscriber.contacts, channel, notice.onlyContactId)
    : contactsFor(subscriber.contacts, channel, { now, staleAfterMs, mandatory: notice.mandatory });
  if (
    !notice.mandatory &&
    !allows(subscriber.preferences, { entity: notice.entity, category: notice.category, channel })
  ) {
    return [{ ...base, decision: 'skip', reason: 'opted_out' }];
  }
  if ('fault' in chosen) return [{ ...base, decision: 'skip', reason: chosen.fault }];
  const timing = timingOf(notice, subscriber, step, stepStart, now);
  return chosen.use.map((contact) => ({ ...base, ...timing, contactId: contact.id }));
}

function timingOf(notice: Notice, subscriber: Subscriber, step: number, stepStart: Date, now: Date) {
  const quiet =
    notice.mandatory || notice.urgent ? null : quietUntil(stepStart, subscriber.quietHours, subscriber.timeZone);
  const at = quiet ?? stepStart;
  if (at <= now) return { decision: 'send' as const, reason: null, dueAt: null };
  if (at >= notice.expiresAt) return { decision: 'skip' as const, reason: 'expired' as const, dueAt: null };
  const reason: Reason = step > 0 ? 'waiting_step' : quiet ? 'quiet_hours' : 'scheduled';
  return { decision: 'defer' as const, reason, dueAt: at };
}

function namedContact(contacts: Contact[], channel: Channel, id: string): { use: Contact[] } | { fault: Reason } {
  const contact = contacts.find((candidate) => candidate.id === id && candidate.channel === channel);
  return contact ? { use: [contact] } : { fault: 'no_contact' };
}

// What the person could mend comes before what simply is not there.
const TELLING: Reason[] = [
  'opted_out',
  'expired',
  'suspect_contact',
  'suppressed',
  'stale_contact',
  'unverified_contact',
  'no_contact',
];

/** The reason that tells the person most, of all for which nothing was sent. */
export function mainReason(decisions: Decision[]): Reason {
  return TELLING.find((reason) => decisions.some((decision) => decision.reason === reason)) ?? 'no_contact';
}

const end = (reason: Reason, decisions: Decision[] = []): Verdict => ({
  kind: 'end',
  status: 'not_reached',
  reason,
  decisions,
});

const later = (a: Date, b: Date | null): Date => (b && b > a ? b : a);
