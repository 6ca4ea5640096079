import type { Receipt } from '../../../contracts/generated/types.ts';
import { classifyInbound, classifySnsPush, classifySnsSms } from '../../shared/evidence/index.ts';
import { type Json, number, object, parseObject, text } from './json.ts';
import type { ReceiptMaker } from './receipt.ts';
import { sesReceipts } from './ses-receipts.ts';

/**
 * The receipts in the `Message` of an SNS notification: an SES event, a delivery status record, an event of a push
 * application, or a text that somebody sent to our number. Null when it is none of these.
 */
export function messageReceipts(message: string, make: ReceiptMaker): Receipt[] | null {
  const value = parseObject(message);
  if (!value) return null;
  if (value.mail) return sesReceipts(value, message, make);
  if (value.notification && value.delivery) return statusReceipts(value, message, make);
  if (value.EndpointArn) return pushEventReceipts(value, message, make);
  if (value.originationNumber) return inboundReceipts(value, message, make);
  return null;
}

/**
 * A delivery status record of SNS, as it stands in CloudWatch Logs; `delivery.destination` is a number for SMS and the
 * ARN of an endpoint for push.
 */
export function statusReceipts(record: Json, raw: string, make: ReceiptMaker): Receipt[] {
  const notification = object(record.notification) ?? {};
  const delivery = object(record.delivery) ?? {};
  const providerRef = text(notification.messageId);
  if (!providerRef) return [];
  const destination = text(delivery.destination);
  const status = text(record.status) ?? '';
  const response = text(delivery.providerResponse) ?? '';
  const push = destination?.startsWith('arn:') ?? false;
  const classification = push
    ? classifySnsPush(status, number(delivery.statusCode), response)
    : classifySnsSms(status, response);
  if (!classification) return [];
  const at = text(notification.timestamp);
  const receipt = make({
    provider: push ? 'sns-push' : 'sns-sms',
    channel: push ? 'push' : 'sms',
    providerRef,
    classification,
    occurredAt: at,
    evidence: { recipient: destination, recipients: 1, raw },
    identity: [at ?? '', response],
  });
  return [receipt];
}

/** "Mobile app events" of SNS: only a delivery failure says something about a message. */
function pushEventReceipts(event: Json, raw: string, make: ReceiptMaker): Receipt[] {
  const providerRef = text(event.MessageId);
  if (event.EventType !== 'DeliveryFailure' || !providerRef) return [];
  const failure = text(event.FailureType) ?? text(event.FailureMessage) ?? '';
  const classification = classifySnsPush('FAILURE', null, failure);
  if (!classification) return [];
  const at = text(event.Time);
  const recipient = text(event.EndpointArn);
  const evidence = { recipient, recipients: 1, raw };
  return [
    make({
      ...{ provider: 'sns-push', channel: 'push', providerRef, classification },
      ...{ occurredAt: at, evidence, identity: [recipient ?? '', at ?? '', failure] },
    }),
  ];
}

/**
 * Two-way SMS. `previousPublishedMessageId` is our last message to that number, which is how the delivery is found;
 * without it the receipt is kept unmatched, with the number in its sealed evidence.
 */
function inboundReceipts(event: Json, raw: string, make: ReceiptMaker): Receipt[] {
  const classification = classifyInbound(text(event.messageBody) ?? '');
  if (!classification) return [];
  const receipt = make({
    provider: 'sns-sms',
    channel: 'sms',
    providerRef: text(event.previousPublishedMessageId),
    classification,
    occurredAt: null,
    evidence: { recipient: text(event.originationNumber), recipients: 1, raw },
    identity: [text(event.inboundMessageId) ?? raw],
  });
  return [receipt];
}
