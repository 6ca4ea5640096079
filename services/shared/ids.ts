import { hash as digest } from 'node:crypto';

// The separator cannot occur in a part's own text, so ('a','bc') and ('ab','c') differ.
const hash = (parts: (string | number)[]): string => digest('sha256', parts.join('\u0000'), 'hex').slice(0, 32);

/** Id of one event for one subscriber: the same for every resend (CloudEvents: `source` + `id` identify an event). */
export const notificationId = (source: string, eventId: string, subscriberId: string): string =>
  `n_${hash([source, eventId, subscriberId])}`;

/** Id of one notification on one contact. */
export const deliveryId = (notification: string, channel: string, contactId: string): string =>
  `d_${hash([notification, channel, contactId])}`;

/** Id of a piece of evidence: give it what makes the evidence itself unique, never the time of arrival. */
export const receiptId = (...parts: (string | number)[]): string => `r_${hash(parts)}`;

/** Id of an unreadable message by its place: a repeated failure is one dead letter. */
export const deadLetterId = (topic: string, partition: number, offset: string): string =>
  `x_${hash([topic, partition, offset])}`;
