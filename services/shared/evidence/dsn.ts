import type { Reason } from '../../../contracts/status.ts';
import { type Classification, classified } from './effect.ts';

/** One recipient of a delivery status notification (RFC 3464 section 2.3); every field may be missing. */
export type DsnRecipient = { action?: string | null; status?: string | null; diagnostic?: string | null };

const ENHANCED = /(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])/;
const NO_SUCH_USER =
  /user (is )?unknown|unknown (user|recipient)|no such (user|mailbox|recipient|address)|(user|address|recipient|mailbox|account)( \S+)? (does not|doesn't) exist|unrouteable address|recipient not found|invalid recipient/i;
const FULL = /mailbox (is )?full|over ?quota|quota exceeded|insufficient storage/i;

/**
 * The RFC 3463 code that says most: the Status field, unless it is as general as `5.0.0` and the remote server's own
 * reply is more exact (Exim writes that). A reply of the other class never overrides the field.
 * @returns such as `5.1.1`, or null.
 */
export function effectiveStatus({ status, diagnostic }: DsnRecipient): string | null {
  const field = ENHANCED.exec(status ?? '')?.[0] ?? null;
  const reply = ENHANCED.exec(diagnostic ?? '')?.[0] ?? null;
  if (field === null) return reply;
  const general = /^\d\.0\.0$/.test(field);
  return general && reply !== null && reply[0] === field[0] ? reply : field;
}

/**
 * One recipient of a DSN: Action (RFC 3464 section 2.3.3) says whether anything is final, the status (RFC 3463) says why.
 * @returns null when the fields say nothing.
 */
export function classifyDsn(recipient: DsnRecipient): Classification | null {
  const status = effectiveStatus(recipient);
  switch (recipient.action?.trim().toLowerCase()) {
    case 'delayed':
      return classified('delayed');
    case 'delivered':
      return classified('delivered');
    case 'relayed':
    case 'expanded':
      // Handed on to where no further notification is promised: no proof that it reached the mailbox.
      return classified('sent');
    case 'failed':
      return classifyFailure(status, recipient.diagnostic ?? '');
  }
  if (status === null) return null;
  if (status.startsWith('2')) return classified('delivered');
  return status.startsWith('4') ? classified('delayed') : classifyFailure(status, recipient.diagnostic ?? '');
}

/** A failure that is final for the message, by RFC 3463 class, subject and detail, then by the words of the reply. */
export function classifyFailure(status: string | null, diagnostic: string): Classification {
  const [grade, subject, detail] = (status ?? '5.0.0').split('.').map(Number) as [number, number, number];
  const known = EXACT[`${subject}.${detail}`];
  if (known)
    return grade === 4 && known.kind === 'hard_bounce' ? classified('soft_bounce', 'provider_unavailable') : known;
  if (FULL.test(diagnostic)) return classified('soft_bounce', 'mailbox_full');
  if (grade === 4) return subject === 7 ? BY_SUBJECT[7]! : classified('soft_bounce', 'provider_unavailable');
  if (NO_SUCH_USER.test(diagnostic)) return DEAD;
  return BY_SUBJECT[subject] ?? classified('hard_bounce', 'provider_refused');
}

const refused = (reason: Reason) => classified('refused', reason);
const DEAD = classified('hard_bounce', 'invalid_address');

/** RFC 3463 subject.detail, with later registrations (RFC 7505: 1.10, RFC 7372: 7.20-7.26; RFC 7505: 7.27). */
const EXACT: Record<string, Classification> = {
  '1.1': DEAD,
  '1.2': DEAD,
  '1.3': DEAD,
  '1.4': DEAD,
  '1.6': DEAD,
  '1.10': DEAD,
  // 1.7 to 1.9: the sender's address is at fault, which is ours.
  '1.7': refused('provider_misconfigured'),
  '1.8': refused('provider_misconfigured'),
  '1.9': refused('provider_misconfigured'),
  '2.2': classified('soft_bounce', 'mailbox_full'),
  '2.3': refused('too_large'),
  '3.4': refused('too_large'),
  '7.20': refused('provider_misconfigured'),
  '7.21': refused('provider_misconfigured'),
  '7.22': refused('provider_misconfigured'),
  '7.23': refused('provider_misconfigured'),
  '7.24': refused('provider_misconfigured'),
  '7.25': refused('provider_misconfigured'),
  '7.26': refused('provider_misconfigured'),
  '7.27': refused('provider_misconfigured'),
};

/** What a permanent failure of the subject means when the detail is not listed. */
const BY_SUBJECT: Record<number, Classification> = {
  1: DEAD,
  5: refused('provider_refused'),
  6: refused('rejected_content'),
  7: refused('provider_refused'),
};
