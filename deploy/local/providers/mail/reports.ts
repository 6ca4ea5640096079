import { randomUUID } from 'node:crypto';
import type { Return } from './fates.ts';

const MTA = 'mx.relay.example';

/** The mail that a report is about. */
export type Original = {
  returnPath: string;
  recipient: string;
  /** ORCPT (`rfc822;address`) and ENVID, their xtext already decoded. */
  orcpt: string | null;
  envid: string | null;
  ret: 'FULL' | 'HDRS' | null;
  arrivedAt: Date;
  /** null when the message was not kept whole. */
  raw: Buffer | null;
  headers: Buffer;
};

/**
 * A delivery status notification: multipart/report with message/delivery-status (RFC 6522, RFC 3464),
 * and the original's headers, or all of it for a failure with RET=FULL (RFC 3461, section 4.3).
 */
export function buildDsn(original: Original, { action, status, diagnostic }: Return & { kind: 'dsn' }): Buffer {
  const { recipient, orcpt, envid, ret, arrivedAt, raw, headers } = original;
  const perMessage = [
    `Reporting-MTA: dns; ${MTA}`,
    ...(envid ? [`Original-Envelope-Id: ${envid}`] : []),
    `Arrival-Date: ${mailDate(arrivedAt)}`,
  ];
  const perRecipient = [
    ...(orcpt ? [`Original-Recipient: ${orcpt.replace(';', '; ')}`] : []),
    `Final-Recipient: ${typedAddress(recipient)}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Remote-MTA: dns; mailbox.example`,
    `Diagnostic-Code: smtp; ${diagnostic}`,
    ...(action === 'delayed' ? [`Will-Retry-Until: ${mailDate(new Date(arrivedAt.getTime() + 5 * 86_400_000))}`] : []),
  ];
  const title = { delivered: 'Success', failed: 'Failure', delayed: 'Delay' }[action];
  const words = { delivered: 'was delivered', failed: 'could not be delivered', delayed: 'is delayed' }[action];
  const whole = action === 'failed' && ret === 'FULL' && raw;
  return report(original, `Delivery Status Notification (${title})`, 'delivery-status', [
    textPart(`Your message ${words}.\r\n\r\n${diagnostic}\r\n`),
    part('message/delivery-status', `${perMessage.join('\r\n')}\r\n\r\n${perRecipient.join('\r\n')}\r\n`),
    whole ? part('message/rfc822', raw) : part('text/rfc822-headers', headers),
  ]);
}

/** A feedback report of the type `abuse` (RFC 5965), as a mailbox provider sends for "this is spam". */
export function buildComplaint(original: Original): Buffer {
  const fields = [
    'Feedback-Type: abuse',
    'User-Agent: local-relay/1.0',
    'Version: 1',
    ...(original.envid ? [`Original-Envelope-Id: ${original.envid}`] : []),
    `Original-Mail-From: <${original.returnPath}>`,
    `Original-Rcpt-To: <${original.recipient}>`,
    `Arrival-Date: ${mailDate(original.arrivedAt)}`,
  ];
  return report(original, 'Abuse report', 'feedback-report', [
    textPart('This is an abuse report for a message that a person marked as spam.\r\n'),
    part('message/feedback-report', `${fields.join('\r\n')}\r\n`),
    original.raw ? part('message/rfc822', original.raw) : part('text/rfc822-headers', original.headers),
  ]);
}

/** An out-of-office answer with the marks of RFC 3834, so that nobody takes it for a bounce. */
export function buildAutoReply(original: Original): Buffer {
  const messageId = /^message-id:\s*(<[^>\r\n]+>)/im.exec(original.headers.toString('latin1'))?.[1];
  const lines = [
    `From: <${original.recipient}>`,
    ...commonHeaders(original, 'Automatic reply: out of office'),
    ...(messageId ? [`In-Reply-To: ${messageId}`, `References: ${messageId}`] : []),
    'Content-Type: text/plain; charset=utf-8',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\nI am out of the office until Sunday.\r\n`);
}

function report(original: Original, subject: string, type: string, parts: Buffer[]): Buffer {
  const boundary = `report-${randomUUID()}`;
  const lines = [
    `From: Mail Delivery System <mailer-daemon@${MTA}>`,
    ...commonHeaders(original, subject),
    `Content-Type: multipart/report; report-type=${type};\r\n boundary="${boundary}"`,
  ];
  const open = Buffer.from(`\r\n--${boundary}\r\n`);
  const body = parts.flatMap((one) => [open, one]);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n`), ...body, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

function commonHeaders({ returnPath }: Original, subject: string): string[] {
  return [
    `To: <${returnPath}>`,
    `Subject: ${subject}`,
    `Date: ${mailDate(new Date())}`,
    `Message-ID: <${randomUUID()}@${MTA}>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
  ];
}

const part = (type: string, content: string | Buffer) =>
  Buffer.concat([Buffer.from(`Content-Type: ${type}\r\n\r\n`), Buffer.from(content as string)]);

const textPart = (content: string) => part('text/plain; charset=utf-8', content);

/** RFC 6533, section 3: an address beyond ASCII takes the type utf-8, in its seven-bit form. */
function typedAddress(address: string): string {
  if (!/[^\x20-\x7e]/.test(address)) return `rfc822; ${address}`;
  const encode = (char: string) => `\\x{${char.codePointAt(0)!.toString(16).toUpperCase()}}`;
  return `utf-8; ${address.replace(/[^\x21-\x7e]|[\\+=]/gu, encode)}`;
}

const mailDate = (date: Date) => date.toUTCString().replace('GMT', '+0000');
