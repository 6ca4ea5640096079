import type { DSNOptions } from 'nodemailer/lib/smtp-connection';
import type { SendRequest } from '../provider.ts';
import { writeMail } from './mime.ts';

export type Sender = {
  /** Address of the From header; its domain also names the messages. */
  from: string;
  /** Domain that takes the bounces (VERP). */
  bounceDomain: string;
};

/** The Message-ID of a delivery, the same on every attempt (RFC 5322, 3.6.4): our reference at the relay. */
export const messageIdOf = (deliveryId: string, { from }: Sender): string =>
  `<${deliveryId}@${from.slice(from.lastIndexOf('@') + 1)}>`;

export type ComposedMail = {
  messageId: string;
  envelope: { from: string; to: string[]; dsn: DSNOptions };
  /** Headers and both parts. */
  text: string;
};

/**
 * The mail of a delivery: text and HTML, marked as sent by a machine (RFC 3834), with a return path of its own
 * (VERP) and a wish for delivery status notifications (RFC 3461), which is only passed to a relay that offers them.
 */
export const composeMail = (request: SendRequest, to: string, sender: Sender, now: Date): ComposedMail => {
  if (request.message.channel !== 'email') throw new TypeError(`Email was asked to send ${request.message.channel}`);
  const { subject, html, text } = request.message;
  const { deliveryId } = request;
  const messageId = messageIdOf(deliveryId, sender);
  return {
    messageId,
    envelope: {
      from: `bounce+${deliveryId}@${sender.bounceDomain}`,
      to: [to],
      dsn: { ret: 'HDRS', envid: deliveryId, notify: ['SUCCESS', 'FAILURE', 'DELAY'] },
    },
    text: writeMail({
      messageId,
      from: { name: oneLine(request.entityName), address: sender.from },
      to,
      date: now,
      subject: oneLine(subject),
      headers: headersOf(request),
      text,
      html,
      boundary: `=_${deliveryId}`,
    }),
  };
};

const headersOf = (request: SendRequest): Record<string, string> => ({
  'Auto-Submitted': 'auto-generated',
  'Content-Language': request.language,
  'NotifyMe-Reference': oneLine(`${request.entity}/${request.notificationId}`),
  ...unsubscribe(request.unsubscribeUrl),
});

/** RFC 2369, and RFC 8058 where its condition holds: one click works only over https. */
const unsubscribe = (given: string | null): Record<string, string> => {
  if (given === null) return {};
  const { href, protocol } = new URL(given);
  const link = { 'List-Unsubscribe': `<${href}>` };
  return protocol === 'https:' ? { ...link, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : link;
};

/** Keeps a header one line, so that no value can add another (CWE-93). */
const oneLine = (value: string): string => value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
