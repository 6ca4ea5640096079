import { classifyDsn, classifyFailure, type DsnRecipient, effectiveStatus } from './dsn.ts';
import { type Classification, classified, entry } from './effect.ts';
import { classifyFeedback } from './feedback.ts';

export type SesBounce = DsnRecipient & { bounceType?: string | null; bounceSubType?: string | null };

/**
 * One bounced recipient of an Amazon SES bounce. The receiving server's own status is better evidence than the label,
 * which is known to call a 550 `Transient`; a `Transient/General` without one is an automatic reply.
 */
export function classifySesBounce(bounce: SesBounce): Classification {
  const type = bounce.bounceType ?? '';
  const subType = bounce.bounceSubType ?? '';
  if (isDsnOfAnotherState(bounce.action)) return classifyDsn(bounce) ?? classified('delayed');
  if (SUPPRESSED.has(subType)) return classified('hard_bounce', 'suppressed');
  if (subType === 'UnsubscribedRecipient') return classified('opted_out', 'opted_out');
  const status = effectiveStatus(bounce);
  if (status?.startsWith('5')) return classifyFailure(status, bounce.diagnostic ?? '');
  const known = entry(BY_LABEL, `${type}/${subType}`);
  if (known) return known;
  if (status !== null && !GENERAL.test(status) && bounce.action?.toLowerCase() === 'failed') {
    return classifyFailure(status, bounce.diagnostic ?? '');
  }
  return entry(BY_TYPE, type) ?? classified('auto_reply');
}

/** An SES complaint: `complaintFeedbackType` of the report, or none when the mailbox provider sent no report. */
export function classifySesComplaint(feedbackType: string | null, subType: string | null): Classification | null {
  if (subType === 'OnAccountSuppressionList') return classified('refused', 'suppressed');
  return classifyFeedback(feedbackType);
}

/** SES events about the message as a whole: `eventType` (event publishing) or `notificationType`. */
export function classifySesEvent(type: string, delayType: string | null = null): Classification | null {
  if (type === 'DeliveryDelay') return classified('delayed', delayType === 'MailboxFull' ? 'mailbox_full' : null);
  return entry(BY_EVENT, type) ?? null;
}

/** One recipient of the report did not fail, whatever the bounce as a whole is called. */
const isDsnOfAnotherState = (action: string | null | undefined) =>
  ['delayed', 'delivered', 'relayed', 'expanded'].includes(action?.toLowerCase() ?? '');

const GENERAL = /^\d\.0\.0$/;
const SUPPRESSED = new Set(['Suppressed', 'OnAccountSuppressionList']);

/** Bounce types of "Amazon SNS notification contents for Amazon SES". */
const BY_LABEL: Record<string, Classification> = {
  'Permanent/General': classified('hard_bounce', 'provider_refused'),
  'Permanent/NoEmail': classified('hard_bounce', 'invalid_address'),
  'Transient/MailboxFull': classified('soft_bounce', 'mailbox_full'),
  'Transient/MessageTooLarge': classified('refused', 'too_large'),
  'Transient/ContentRejected': classified('refused', 'rejected_content'),
  'Transient/AttachmentRejected': classified('refused', 'rejected_content'),
  'Transient/CustomTimeoutExceeded': classified('soft_bounce', 'provider_unavailable'),
};

const BY_TYPE: Record<string, Classification> = {
  Permanent: classified('hard_bounce', 'provider_refused'),
  Undetermined: classified('soft_bounce', 'provider_refused'),
  Transient: classified('auto_reply'),
};

const BY_EVENT: Record<string, Classification> = {
  Send: classified('accepted'),
  Delivery: classified('delivered'),
  Open: classified('read'),
  Reject: classified('refused', 'rejected_content'),
  'Rendering Failure': classified('refused', 'template_error'),
};
