import type { Reason } from '../../../contracts/status.ts';
import type { SendResult } from '../provider.ts';

export type Failure = Exclude<SendResult, { kind: 'accepted' }>;

/** What the reply answers: the session, the sender, the recipient or the message itself. */
export type Stage = 'session' | 'sender' | 'recipient' | 'message';

export type SmtpReply = {
  stage: Stage;
  /** Reply code (RFC 5321), such as 550. */
  basic: number;
  /** Enhanced status code (RFC 3463), such as 5.1.1. */
  enhanced: string | null;
  /** Only looked at for well-known words; never stored, because it repeats the address. */
  text: string;
};

type Meaning =
  | { kind: 'refused'; reason: Reason; contact: 'keep' | 'dead' }
  | { kind: 'retry'; reason: Reason }
  | { kind: 'throttled' };

export type SmtpReplyRow = {
  stages?: Stage[];
  /** Reply codes, or their first digit for all that begin with it. */
  basic?: string[];
  except?: string[];
  /** Enhanced codes; one that ends with a dot stands for all that begin with it. */
  enhanced?: string[];
  text?: RegExp;
  meaning: Meaning;
};

const retry = (reason: Reason): Meaning => ({ kind: 'retry', reason });
const refused = (reason: Reason, contact: 'keep' | 'dead' = 'keep'): Meaning => ({ kind: 'refused', reason, contact });
const throttled: Meaning = { kind: 'throttled' };

const NOBODY =
  /(user|mailbox|recipient|address|account) (is )?(unknown|not found|does ?n[o']t exist)|(no such|unknown) (user|mailbox|recipient)/i;
const TOO_FAST = /too (many|fast)|rate limit|throttl|slow down/i;
const CONTENT = /spam|virus|malware|phish|content|blocked ur[il]/i;

/**
 * SMTP replies in the order in which they are tried. The enhanced code (RFC 3463, RFC 7372 for 5.7.2x, RFC 7293 for
 * 5.7.17, RFC 7505 for 5.1.10) is more exact than the reply code (RFC 5321, 4.2), so it is asked first; words only
 * decide where servers give no better code.
 */
export const SMTP_REPLIES: readonly SmtpReplyRow[] = [
  { basic: ['530', '534', '535', '538'], meaning: retry('provider_misconfigured') },
  {
    enhanced: '3 4 8 9 10 11 13 14 15 20 21 22 23 24 25 26 27'.split(' ').map((detail) => `5.7.${detail}`),
    meaning: retry('provider_misconfigured'),
  },
  { enhanced: ['5.1.7', '5.1.8', '5.3.5', '4.1.8'], meaning: retry('provider_misconfigured') },
  { enhanced: ['4.7.28', '5.7.28'], meaning: throttled },
  { basic: ['421'], enhanced: ['4.7.0'], meaning: throttled },
  { basic: ['4'], text: TOO_FAST, meaning: throttled },
  { enhanced: ['4.2.2', '5.2.2'], meaning: retry('mailbox_full') },
  { enhanced: ['4.2.3', '5.2.3', '4.3.4', '5.3.4'], meaning: refused('too_large') },
  { stages: ['session'], basic: ['5'], meaning: retry('provider_misconfigured') },
  { stages: ['session'], basic: ['4'], meaning: retry('provider_unavailable') },
  { stages: ['sender'], basic: ['5'], except: ['552'], meaning: retry('provider_misconfigured') },
  {
    enhanced: ['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1', '5.7.17', '5.7.18'],
    meaning: refused('invalid_address', 'dead'),
  },
  { enhanced: ['5.4.1', '5.4.4', '5.6.7'], meaning: refused('invalid_address') },
  { enhanced: ['5.6.'], meaning: refused('rejected_content') },
  { enhanced: ['5.7.'], text: CONTENT, meaning: refused('rejected_content') },
  { enhanced: ['5.7.'], meaning: refused('provider_refused') },
  { basic: ['552'], meaning: retry('mailbox_full') },
  { basic: ['503'], meaning: retry('provider_unavailable') },
  { basic: ['502', '504', '555'], meaning: retry('provider_misconfigured') },
  {
    stages: ['recipient'],
    basic: ['550', '551', '553', '556'],
    text: NOBODY,
    meaning: refused('invalid_address', 'dead'),
  },
  { stages: ['recipient'], basic: ['551', '556'], meaning: refused('invalid_address') },
  { stages: ['message'], basic: ['550', '554'], text: CONTENT, meaning: refused('rejected_content') },
  { basic: ['5'], meaning: refused('provider_refused') },
  { enhanced: ['4.3.', '4.4.'], meaning: retry('provider_unavailable') },
  { enhanced: ['4.1.', '4.2.', '4.7.'], meaning: retry('retry') },
  { basic: ['450'], meaning: retry('retry') },
  { basic: ['4'], meaning: retry('provider_unavailable') },
];

/** Reads `550 5.1.1 text`; null when it is no reply of RFC 5321. */
export const parseReply = (stage: Stage, response: string): SmtpReply | null => {
  const [, basic, enhanced = null, text = ''] =
    /^([2-5]\d\d)[ -](?:([245]\.\d{1,3}\.\d{1,3})\s)?(.*)/s.exec(response) ?? [];
  return basic ? { stage, basic: Number(basic), enhanced, text } : null;
};

/** What a refusing reply means; null when the reply refuses nothing. The answer carries the codes, never the text. */
export const readReply = (reply: SmtpReply): Failure | null => {
  const row = SMTP_REPLIES.find((entry) => fits(entry, reply));
  return row ? { ...row.meaning, code: reply.enhanced ?? String(reply.basic) } : null;
};

/** Whether a row of the table speaks of the reply. */
export function fits({ stages, basic, except = [], enhanced, text }: SmtpReplyRow, reply: SmtpReply): boolean {
  const code = String(reply.basic);
  return (
    (stages?.includes(reply.stage) ?? true) &&
    (basic?.some((begin) => code.startsWith(begin)) ?? true) &&
    !except.includes(code) &&
    (enhanced?.some((known) => isOf(known, reply.enhanced)) ?? true) &&
    (text?.test(reply.text) ?? true)
  );
}

const isOf = (known: string, code: string | null): boolean =>
  known.endsWith('.') ? (code?.startsWith(known) ?? false) : code === known;
