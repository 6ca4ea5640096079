import type { DeliveryStatus, Language, Reason } from '../../../contracts/status.ts';
import type { Contact, Delivery, Notification, Subscriber, Suppression } from '../ledger/types.ts';
import { mayReceive } from '../mandates.ts';
import { allows, allowsSome } from '../policy/consent.ts';
import { contactFault, listedFault } from '../policy/contacts.ts';
import { quietUntil } from '../policy/quiet-hours.ts';
import { simulatedEnd } from '../policy/simulated.ts';
import type { Under } from './load.ts';

export type Checked =
  | { kind: 'send'; contact: Contact; language: Language }
  | { kind: 'end'; status: DeliveryStatus; reason: Reason }
  | { kind: 'defer'; reason: Reason; dueAt: Date };

export type CheckInput = {
  delivery: Delivery;
  notification: Notification | null;
  subscriber: Subscriber | null;
  /** A newer notice of the same case has gone out already. */
  superseded: boolean;
  /** Until when to wait for word of a newer notice of the same case that may have gone out. */
  unclearUntil?: Date | null;
  /** The type goes to one named contact, verified or not (verification codes). */
  directToContact: boolean;
  /** Of a delivery that goes to a delegate of the person: the mandate and the delegate as they are now. */
  under?: Under | null;
  /** What the suppression list says about the address. */
  listed?: Suppression | null;
};

/**
 * The rules at the moment of sending, on every attempt and every replay: cancellation, expiry, supersession, consent,
 * the state of the contact, quiet hours. Pure; what was decided earlier does not count.
 */
export function checkBeforeSending(input: CheckInput, rules: { now: Date; staleAfterMs: number }): Checked {
  const { delivery, notification, superseded, unclearUntil, directToContact, under } = input;
  const { now, staleAfterMs } = rules;
  if (!notification || notification.cancelledAt) return end('cancelled', 'cancelled');
  if (notification.simulate) {
    const simulated = simulatedEnd(notification.simulate);
    if (simulated) return end(simulated.status, simulated.reason);
  }
  if (delivery.expiresAt <= now) return end('expired', 'expired');
  if (superseded) return end('superseded', 'superseded');
  if (unclearUntil) {
    const dueAt = Math.min(unclearUntil.getTime(), delivery.expiresAt.getTime());
    return { kind: 'defer', reason: 'waiting_newer', dueAt: new Date(dueAt) };
  }
  if (delivery.step > 0 && notification.readAt) return end('skipped', 'reached_earlier');
  const refused = under ? delegateFault(input, notification, now) : null;
  if (refused) return end('skipped', refused);
  const subscriber = under ? under.delegate : input.subscriber;
  const contact = subscriber?.contacts.find(({ id }) => id === delivery.contactId);
  if (!subscriber || !contact) return end('skipped', 'no_contact');
  const language = subscriber.languageByChannel[delivery.channel] ?? subscriber.language;
  const { entity, category, mandatory } = notification;
  const listed = listedFault(input.listed ?? null, { now, mandatory });
  if (listed) return end('skipped', listed);
  if (directToContact) return { kind: 'send', contact, language };
  if (!mandatory && !allows(subscriber.preferences, { entity, category, channel: delivery.channel }))
    return end('skipped', 'opted_out');
  const fault = contactFault(contact, { now, staleAfterMs, mandatory });
  if (fault) return end('skipped', fault);
  const quiet =
    mandatory || notification.lane === 'urgent' ? null : quietUntil(now, subscriber.quietHours, subscriber.timeZone);
  if (!quiet) return { kind: 'send', contact, language };
  return quiet < delivery.expiresAt
    ? { kind: 'defer', reason: 'quiet_hours', dueAt: quiet }
    : end('expired', 'expired');
}

/** Why a delegate may not have it: nothing leaves under a mandate that ended, nor what the person switched off altogether. */
function delegateFault(
  { subscriber, under }: CheckInput,
  { mandatory, entity, category }: Notification,
  now: Date,
): Reason | null {
  if (!mayReceive(under?.mandate, now)) return 'mandate_ended';
  const wanted = mandatory || !subscriber || allowsSome(subscriber.preferences, { entity, category });
  return wanted ? null : 'opted_out';
}

const end = (status: DeliveryStatus, reason: Reason): Checked => ({ kind: 'end', status, reason });
