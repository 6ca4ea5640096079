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

export type SmtpReplyRow = { stages?: Stage[]; basic?: RegExp; enhanced?: RegExp; text?: RegExp; meaning: Meaning };

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
  { basic: /^53[0458]$/, meaning: retry('provider_misconfigured') },
  { enhanced: /^5\.7\.([3489]|1[01345]|2[0-7])$/, meaning: retry('provider_misconfigured') },
  { enhanced: /^5\.(1\.[78]|3\.5)$|^4\.1\.8$/, meaning: retry('provider_misconfigured') },
  { enhanced: /^[45]\.7\.28$/, meaning: throttled },
  { basic: /^421$/, enhanced: /^4\.7\.0$/, meaning: throttled },
  { basic: /^4/, text: TOO_FAST, meaning: throttled },
  { enhanced: /^[45]\.2\.2$/, meaning: retry('mailbox_full') },
  { enhanced: /^[45]\.(2\.3|3\.4)$/, meaning: refused('too_large') },
  { stages: ['session'], basic: /^5/, meaning: retry('provider_misconfigured') },
  { stages: ['session'], basic: /^4/, meaning: retry('provider_unavailable') },
  { stages: ['sender'], basic: /^5(?!52)/, meaning: retry('provider_misconfigured') },
  { enhanced: /^5\.(1\.([1236]|10)|2\.1|7\.1[78])$/, meaning: refused('invalid_address', 'dead') },
  { enhanced: /^5\.(4\.[14]|6\.7)$/, meaning: refused('invalid_address') },
  { enhanced: /^5\.6\./, meaning: refused('rejected_content') },
  { enhanced: /^5\.7\./, text: CONTENT, meaning: refused('rejected_content') },
  { enhanced: /^5\.7\./, meaning: refused('provider_refused') },
  { basic: /^552$/, meaning: retry('mailbox_full') },
  { basic: /^503$/, meaning: retry('provider_unavailable') },
  { basic: /^(502|504|555)$/, meaning: retry('provider_misconfigured') },
  { stages: ['recipient'], basic: /^55[0136]$/, text: NOBODY, meaning: refused('invalid_address', 'dead') },
  { stages: ['recipient'], basic: /^55[16]$/, meaning: refused('invalid_address') },
  { stages: ['message'], basic: /^55[04]$/, text: CONTENT, meaning: refused('rejected_content') },
  { basic: /^5/, meaning: refused('provider_refused') },
  { enhanced: /^4\.[34]\./, meaning: retry('provider_unavailable') },
  { enhanced: /^4\.[127]\./, meaning: retry('retry') },
  { basic: /^450$/, meaning: retry('retry') },
  { basic: /^4/, meaning: retry('provider_unavailable') },
];

/** Reads `550 5.1.1 text`; null when it is no reply of RFC 5321. */
export const parseReply = (stage: Stage, response: string): SmtpReply | null => {
  const [, basic, enhanced = null, text = ''] =
    /^([2-5]\d\d)[ -](?:([245]\.\d{1,3}\.\d{1,3})\s)?(.*)$/s.exec(response) ?? [];
  return basic ? { stage, basic: Number(basic), enhanced, text } : null;
};

/** What a refusing reply means; null when the reply refuses nothing. The answer carries the codes, never the text. */
export const readReply = (reply: SmtpReply): Failure | null => {
  const row = SMTP_REPLIES.find((entry) => fits(entry, reply));
  return row ? { ...row.meaning, code: reply.enhanced ?? String(reply.basic) } : null;
};

const fits = ({ stages, basic, enhanced, text }: SmtpReplyRow, reply: SmtpReply): boolean =>
  (stages?.includes(reply.stage) ?? true) &&
  (basic?.test(String(reply.basic)) ?? true) &&
  (enhanced?.test(reply.enhanced ?? '') ?? true) &&
  (text?.test(reply.text) ?? true);
