import { type Channel, REASONS, type Reason } from '../../contracts/status.ts';
import type { Attempt, Decision, Delivery, Notification, StoredReceipt } from '../shared/ledger/types.ts';
import {
  ATTEMPT,
  CHANNEL,
  DECISION,
  DELIVERY,
  NOTIFICATION,
  ON_UNKNOWN,
  PAUSED,
  RECEIPT,
  SAYS,
  SETTLED,
  type Text,
  WITHOUT_PROVIDER,
} from './explain-words.ts';

/** One thing that happened, or will. */
export type Line = { at: Date; text: Text };
export type Story = { notification: Notification; deliveries: Delivery[]; receipts: StoredReceipt[] };
/** How people call the entity and the event type; their ids, if left out. */
export type Names = { entity?: Text; type?: Text };

/**
 * The story of a notice in plain words: every decision and why, every attempt, every receipt, where each delivery
 * stands, and the outcome, in order of time. Pure. Names no address and no content. Times are those of Bahrain.
 */
export function explain({ notification, deliveries, receipts }: Story, names: Names = {}): Line[] {
  const byDelivery = Map.groupBy(receipts, ({ deliveryId }) => deliveryId);
  const lines = [
    ...beginning(notification, names),
    ...notification.decisions.map((decision) => decisionLine(decision, notification)),
    ...deliveries.flatMap((delivery) => deliveryLines(delivery, byDelivery.get(delivery._id) ?? [])),
    ...ending(notification, names),
  ];
  // Stable: of things at one moment, what is said first above came first.
  return lines.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

function beginning(notification: Notification, names: Names): Line[] {
  const { acceptedAt, eventTime, test, duplicates } = notification;
  const of = { entity: names.entity ?? notification.entity, type: names.type ?? notification.type };
  return [
    ...(eventTime ? [line(eventTime, say(SAYS.happened, of))] : []),
    line(acceptedAt, say(SAYS.accepted, of)),
    ...(test ? [line(acceptedAt, SAYS.test)] : []),
    ...(duplicates > 0 ? [line(acceptedAt, say(SAYS.duplicates, { count: duplicates }))] : []),
  ];
}

function decisionLine(
  { channel, decision, reason, dueAt, mandateId }: Decision,
  { routedAt, acceptedAt }: Notification,
): Line {
  const what = say(DECISION[decision], { at: dueAt ?? acceptedAt });
  return line(routedAt ?? acceptedAt, after(who(channel, mandateId), join(what, because(reason))));
}

function deliveryLines(delivery: Delivery, receipts: StoredReceipt[]): Line[] {
  return [
    ...delivery.attempts.map((attempt, index) => attemptLine(attempt, index + 1, delivery)),
    ...receipts.map((receipt) => receiptLine(receipt, delivery)),
    standing(delivery),
  ];
}

function attemptLine({ provider, result, reason, code, endedAt }: Attempt, no: number, { channel }: Delivery): Line {
  const alone = WITHOUT_PROVIDER[provider];
  const what = alone ?? say(ATTEMPT[result], { provider });
  const answer = code === null ? null : say(alone ? SAYS.code : SAYS.answered, { code });
  const who = { en: `${CHANNEL[channel].en}, `, ar: `${CHANNEL[channel].ar}، ` };
  return line(endedAt, after(glue(who, say(SAYS.attempt, { no })), join(what, because(reason), answer)));
}

function receiptLine({ provider, kind, reason, smtpStatus, occurredAt }: StoredReceipt, { channel }: Delivery): Line {
  const answer = smtpStatus === null ? null : say(SAYS.code, { code: smtpStatus });
  const what = join(say(SAYS.reports, { provider }), RECEIPT[kind], because(reason), answer);
  return line(occurredAt, after(CHANNEL[channel], what));
}

/** Where a delivery stands, at the time it came to stand there. */
export function standing(delivery: Delivery): Line {
  const { channel, status, reason, dueAt, settledAt, updatedAt, onUnknown, replays, mandateId } = delivery;
  const words = delivery.pausedBy && reason === 'paused' ? PAUSED : DELIVERY[status];
  const text = status === 'sent' && settledAt ? SETTLED : say(words, { at: dueAt ?? updatedAt });
  const next = status === 'unknown' ? ON_UNKNOWN[onUnknown] : null;
  const again = replays > 0 ? say(SAYS.replays, { count: replays }) : null;
  return line(updatedAt, after(who(channel, mandateId), join(text, because(reason), next, again, digestOf(delivery))));
}

/** Which message told of it, or how many notices its own message told of. */
function digestOf({ carries = [], carriedBy, reason }: Delivery): Text | null {
  if (carriedBy) return say(SAYS.carriedBy, { notice: carriedBy.notificationId });
  return carries.length > 0 && reason !== 'quiet_hours' ? say(SAYS.digest, { count: carries.length + 1 }) : null;
}

function ending(notification: Notification, names: Names): Line[] {
  const { status, reason, outcomeAt, outcomeRevision, cancelledAt, readAt, routedAt, acceptedAt } = notification;
  const entity = names.entity ?? notification.entity;
  const correction = outcomeRevision > 0 ? say(SAYS.correction, { count: outcomeRevision }) : null;
  return [
    ...(cancelledAt ? [line(cancelledAt, say(SAYS.cancelled, { entity }))] : []),
    ...(readAt ? [line(readAt, SAYS.read)] : []),
    line(outcomeAt ?? routedAt ?? acceptedAt, join(NOTIFICATION[status], because(reason), correction)),
    ...(outcomeAt ? [] : [line(notification.expiresAt, SAYS.expires)]),
  ];
}

/** A delegate of the person is told by channels of their own. */
const who = (channel: Channel, mandateId: string | undefined): Text =>
  mandateId ? glue(CHANNEL[channel], SAYS.toDelegate) : CHANNEL[channel];

const line = (at: Date, text: Text): Line => ({ at, text });

const because = (reason: Reason | null): Text | null => (reason === null ? null : REASONS[reason]);

const glue = (a: Text, b: Text): Text => ({ en: a.en + b.en, ar: a.ar + b.ar });

const after = (who: Text, what: Text): Text => ({ en: `${who.en}: ${what.en}`, ar: `${who.ar}: ${what.ar}` });

function join(...parts: (Text | null)[]): Text {
  const said = parts.filter((part) => part !== null);
  return { en: said.map(({ en }) => en).join(' '), ar: said.map(({ ar }) => ar).join(' ') };
}

/** Fills in values. A foreign word inside Arabic is isolated (UAX 9), so that it keeps its own direction and place. */
function say(text: Text, values: Record<string, string | number | Date | Text>): Text {
  const fill = (language: keyof Text) =>
    text[language].replace(/\{(\w+)\}/g, (_, name: string) => valueIn(language, values[name] ?? ''));
  return { en: fill('en'), ar: fill('ar') };
}

function valueIn(language: keyof Text, value: string | number | Date | Text): string {
  if (value instanceof Date) return momentIn(language, value);
  if (typeof value === 'object') return value[language];
  return language === 'ar' && typeof value === 'string' ? `\u2066${value}\u2069` : String(value);
}

// The calendar, digits and zone are named: left to the locale they differ between versions of ICU.
const FORMAT = {
  en: { locale: 'en-GB-u-ca-gregory-nu-latn', comma: ', ' },
  ar: { locale: 'ar-BH-u-ca-gregory-nu-latn', comma: '، ' },
} as const;

/** A moment to the second, in Bahrain, such as `24 November 2026, 12:00:00`. */
export function momentIn(language: keyof Text, at: Date): string {
  const { locale, comma } = FORMAT[language];
  const zone = { timeZone: 'Asia/Bahrain' } as const;
  const day = new Intl.DateTimeFormat(locale, { ...zone, day: 'numeric', month: 'long', year: 'numeric' }).format(at);
  const time = new Intl.DateTimeFormat('en-GB-u-nu-latn', { ...zone, timeStyle: 'medium', hourCycle: 'h23' });
  return `${day}${comma}${time.format(at)}`;
}
