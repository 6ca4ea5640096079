import type { Receipt } from '../../../contracts/generated/types.ts';
import {
  type Classification,
  classifySesBounce,
  classifySesComplaint,
  classifySesEvent,
  effectiveStatus,
} from '../../shared/evidence/index.ts';
import { parse } from '../../shared/verp.ts';
import { type Json, object, objects, text } from './json.ts';
import type { Finding, ReceiptMaker } from './receipt.ts';

type Recipient = { address: string | null; classification: Classification | null; smtpStatus?: string | null };
type Report = { recipients: Recipient[]; at: string | null; identity: string };

/**
 * An SES notification or published event as one receipt for each recipient that it says something about.
 * Shapes: "Amazon SNS notification contents for Amazon SES" and "Contents of event data that SES publishes to SNS".
 * @param event the parsed message; `null` fields and unknown types give no receipt.
 */
export function sesReceipts(event: Json, raw: string, make: ReceiptMaker): Receipt[] {
  const mail = object(event.mail);
  const type = text(event.eventType) ?? text(event.notificationType);
  if (!mail || !type) return [];
  const { recipients, at, identity } = readReport(event, mail, type);
  return recipients.flatMap(({ address, classification, smtpStatus }) => {
    if (!classification) return [];
    const finding: Finding = {
      provider: 'ses',
      channel: 'email',
      deliveryId: deliveryOf(mail),
      providerRef: text(mail.messageId),
      classification,
      smtpStatus,
      occurredAt: at,
      evidence: { recipient: address, recipients: recipients.length, raw },
      identity: [identity, address?.toLowerCase() ?? '', at ?? ''],
    };
    return [make(finding)];
  });
}

function readReport(event: Json, mail: Json, type: string): Report {
  switch (type) {
    case 'Bounce':
      return bounce(object(event.bounce) ?? {});
    case 'Complaint':
      return complaint(object(event.complaint) ?? {});
    case 'Delivery':
      return whole(type, mail, object(event.delivery) ?? {});
    case 'DeliveryDelay':
      return delay(object(event.deliveryDelay) ?? {});
    default:
      return whole(type, mail, object(event[DETAIL[type] ?? '']) ?? {});
  }
}

const DETAIL: Record<string, string> = { Open: 'open', Reject: 'reject', Send: 'send', 'Rendering Failure': 'failure' };

function bounce(detail: Json): Report {
  const recipients = objects(detail.bouncedRecipients).map((recipient) => {
    const fields = {
      bounceType: text(detail.bounceType),
      bounceSubType: text(detail.bounceSubType),
      action: text(recipient.action),
      status: text(recipient.status),
      diagnostic: text(recipient.diagnosticCode),
    };
    const smtpStatus = effectiveStatus(fields);
    return { address: text(recipient.emailAddress), classification: classifySesBounce(fields), smtpStatus };
  });
  return { recipients, at: text(detail.timestamp), identity: text(detail.feedbackId) ?? '' };
}

function complaint(detail: Json): Report {
  const type = text(detail.complaintFeedbackType);
  const classification = classifySesComplaint(type, text(detail.complaintSubType));
  const recipients = objects(detail.complainedRecipients);
  return {
    recipients: recipients.map((recipient) => ({ address: text(recipient.emailAddress), classification })),
    at: text(detail.timestamp),
    identity: text(detail.feedbackId) ?? '',
  };
}

function delay(detail: Json): Report {
  const recipients = objects(detail.delayedRecipients).map((recipient) => ({
    address: text(recipient.emailAddress),
    classification: classifySesEvent('DeliveryDelay', text(detail.delayType)),
    smtpStatus: text(recipient.status),
  }));
  return { recipients, at: text(detail.timestamp), identity: '' };
}

/** Events that name no recipients of their own are about all of the message's. */
function whole(type: string, mail: Json, detail: Json): Report {
  const named = [detail.recipients, mail.destination].find(Array.isArray) ?? [];
  const classification = classifySesEvent(type);
  const recipients = named.map((address) => ({ address: text(address), classification }));
  return { recipients, at: text(detail.timestamp) ?? text(mail.timestamp), identity: '' };
}

const MESSAGE_ID = /^<?(d_[0-9a-f]{32})@/i;

/** Our delivery: by the envelope sender, else by the Message-ID that we gave (SES replaces it but reports the original). */
function deliveryOf(mail: Json): string | null {
  const common = object(mail.commonHeaders) ?? {};
  const header = objects(mail.headers).find(({ name }) => text(name)?.toLowerCase() === 'message-id');
  const bySender = parse(bare(text(mail.source))) ?? parse(bare(text(common.returnPath)));
  const id = text(common.messageId) ?? text(header?.value) ?? '';
  return bySender ?? MESSAGE_ID.exec(id.trim())?.[1]?.toLowerCase() ?? null;
}

const bare = (address: string | null) => /<([^<>]*)>\s*$/.exec(address ?? '')?.[1] ?? address ?? '';
