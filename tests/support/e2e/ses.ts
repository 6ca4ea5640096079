import type { createSnsSender } from '../../../services/ingest/callbacks/testing/sns-sender.ts';
import { type Answer, ask } from './ask.ts';
import type { Stage } from './stage.ts';

type Sender = ReturnType<typeof createSnsSender>;

/** The mail of a delivery, as Amazon SES tells of it. */
const mailOf = (deliveryId: string, destination: string[]) => ({
  messageId: `ses-${deliveryId}`,
  source: `bounce+${deliveryId}@bounces.notifyme.bh.example`,
  destination,
});

const AT = { timestamp: '2026-11-24T09:00:00.000Z' };

/** Contents of SES notifications ("Amazon SNS notification contents for Amazon SES"). */
export const ses = {
  send: (deliveryId: string, to: string) => ({ eventType: 'Send', mail: mailOf(deliveryId, [to]), send: {} }),
  delivery: (deliveryId: string, to: string) => ({
    notificationType: 'Delivery',
    mail: mailOf(deliveryId, [to]),
    delivery: { ...AT, recipients: [to] },
  }),
  bounce: (deliveryId: string, labels: [type: string, subType: string], ...recipients: object[]) => ({
    notificationType: 'Bounce',
    mail: mailOf(deliveryId, ['several@example.com']),
    bounce: {
      ...{ bounceType: labels[0], bounceSubType: labels[1], feedbackId: `f-${deliveryId}`, ...AT },
      bouncedRecipients: recipients,
    },
  }),
  complaint: (deliveryId: string, to: string, complaintFeedbackType: string) => ({
    notificationType: 'Complaint',
    mail: mailOf(deliveryId, [to]),
    complaint: {
      ...{ feedbackId: `f-${deliveryId}`, complaintFeedbackType, ...AT },
      complainedRecipients: [{ emailAddress: to }],
    },
  }),
};

/** Posts a message of SNS as SNS does. */
export const postSns = ({ url }: Stage, message: object): Promise<Answer> =>
  ask(url, 'POST', '/callbacks/sns', JSON.stringify(message), { 'content-type': 'text/plain; charset=UTF-8' });

/** Posts a signed notification with this content. */
export const tell = (stage: Stage, sender: Sender, content: object): Promise<Answer> =>
  postSns(stage, sender.notification(content));
