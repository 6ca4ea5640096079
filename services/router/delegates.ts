import type { Decision, Subscriber } from '../shared/ledger/types.ts';
import type { Mandate } from '../shared/mandates.ts';
import { allows, allowsSome } from '../shared/policy/consent.ts';
import { contactsFor } from '../shared/policy/contacts.ts';
import { quietUntil } from '../shared/policy/quiet-hours.ts';
import { mainReason, type Notice, type Verdict } from './decide.ts';

/** Somebody who also receives what the person gets; `null` when they are not registered. */
export type Receiver = { mandate: Mandate; subscriber: Subscriber | null };

/**
 * Adds to a verdict what the person's delegates receive. Each gets it once, at the start, by the first step of the plan
 * that one of their own contacts can take; their own choices and quiet hours hold. What the person has switched off
 * altogether, and what has ended for everybody, goes to nobody. Pure.
 */
export function withDelegates(
  verdict: Verdict,
  notice: Notice,
  principal: Subscriber | null,
  receivers: Receiver[],
  rules: { now: Date; staleAfterMs: number },
): Verdict {
  if (receivers.length === 0 || !notice.forDelegates || isOver(verdict)) return verdict;
  if (!notice.mandatory && principal && !allowsSome(principal.preferences, notice)) return verdict;
  const more = receivers.flatMap((receiver) => decisionsFor(receiver, notice, rules));
  const decisions = [...verdict.decisions, ...more];
  return more.some(({ decision }) => decision !== 'skip') ? { kind: 'route', decisions } : { ...verdict, decisions };
}

const isOver = (verdict: Verdict): boolean =>
  verdict.kind === 'end' && (verdict.reason === 'cancelled' || verdict.reason === 'expired');

function decisionsFor(
  { mandate, subscriber }: Receiver,
  notice: Notice,
  { now, staleAfterMs }: { now: Date; staleAfterMs: number },
): Decision[] {
  const under = { step: 0, dueAt: null, mandateId: mandate._id };
  const skipped: Decision[] = [];
  for (const { channels } of notice.plan) {
    const tried = channels.flatMap((channel): Decision[] => {
      const base = { channel, ...under, contactId: null };
      if (!subscriber) return [{ ...base, decision: 'skip', reason: 'no_contact' }];
      if (!notice.mandatory && !allows(subscriber.preferences, { ...notice, channel }))
        return [{ ...base, decision: 'skip', reason: 'opted_out' }];
      const chosen = contactsFor(subscriber.contacts, channel, { now, staleAfterMs, mandatory: notice.mandatory });
      if ('fault' in chosen) return [{ ...base, decision: 'skip', reason: chosen.fault }];
      const timing = timingOf(notice, subscriber, now);
      const delegateId = mandate.delegateId ?? '';
      return chosen.use.map(({ id }) => ({ ...base, ...timing, contactId: id, delegateId }));
    });
    if (tried.some(({ decision }) => decision !== 'skip')) return tried.filter(({ decision }) => decision !== 'skip');
    skipped.push(...tried);
  }
  // One line says why a delegate gets nothing; a line for every channel would only repeat it.
  const telling = skipped.find(({ reason }) => reason === mainReason(skipped));
  return telling ? [telling] : [];
}

function timingOf(notice: Notice, { quietHours, timeZone }: Subscriber, now: Date) {
  const start = notice.notBefore && notice.notBefore > now ? notice.notBefore : now;
  const quiet = notice.mandatory || notice.urgent ? null : quietUntil(start, quietHours, timeZone);
  const at = quiet ?? start;
  if (at <= now) return { decision: 'send' as const, reason: null, dueAt: null };
  if (at >= notice.expiresAt) return { decision: 'skip' as const, reason: 'expired' as const, dueAt: null };
  return { decision: 'defer' as const, reason: quiet ? ('quiet_hours' as const) : ('scheduled' as const), dueAt: at };
}
