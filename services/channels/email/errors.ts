import { type Failure, parseReply, readReply, type Stage } from './replies.ts';

/** How far a message had gone when its connection failed. */
export type Handover = 'nothing' | 'part' | 'all';

export type MailError = { code?: string; command?: string; response?: string; responseCode?: number };

const STAGES: Record<string, Stage> = { 'MAIL FROM': 'sender', 'RCPT TO': 'recipient', DATA: 'message' };

/** Errors of our own settings, by nodemailer's code. */
const OURS = ['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ECONFIG', 'EREQUIRETLS'];

/**
 * Reads an error of nodemailer. A reply of the relay decides if there is one. Without one, the message counts as not
 * taken until its final dot was written, because a relay that has not seen it must not deliver (RFC 5321, 4.1.1.4);
 * after that it is not known, and the message is not sent again blindly.
 */
export const readMailError = (error: MailError, handover: Handover): Failure => {
  const reply = parseReply(STAGES[error.command ?? ''] ?? 'session', error.response ?? '');
  const meaning = reply && readReply(reply);
  if (meaning) return meaning;
  const code = error.code ?? 'EUNKNOWN';
  if (code === 'EMESSAGE' && error.command === 'MAIL FROM') {
    return { kind: 'refused', reason: 'too_large', code, contact: 'keep' };
  }
  if (handover === 'all') return { kind: 'unknown', code };
  return { kind: 'retry', reason: OURS.includes(code) ? 'provider_misconfigured' : 'provider_unavailable', code };
};
