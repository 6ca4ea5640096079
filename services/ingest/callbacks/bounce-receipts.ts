import type { Receipt } from '../../../contracts/generated/types.ts';
import {
  type Classification,
  classified,
  classifyDsn,
  classifyFeedback,
  effectiveStatus,
} from '../../shared/evidence/index.ts';
import type { BouncedRecipient, BounceMail } from './bounce-mail.ts';
import type { ReceiptMaker } from './receipt.ts';

type About = { deliveryId: string; raw: string; make: ReceiptMaker };
type Found = {
  classification: Classification;
  address: string | null;
  at: string | null;
  status?: string | null;
  recipients?: number;
};

/**
 * The receipts in one mail to a delivery's bounce address: one for each recipient of a report that says something,
 * one for a complaint or an automatic reply, none for a letter.
 */
export function bounceReceipts(mail: BounceMail, { deliveryId, raw, make }: About): Receipt[] {
  return findings(mail).map(({ classification, address, at, status = null, recipients = 1 }) =>
    make({
      provider: 'smtp',
      channel: 'email',
      deliveryId,
      classification,
      smtpStatus: status,
      occurredAt: at ?? mail.date,
      evidence: { recipient: address, recipients, raw },
      identity: [mail.messageId, address?.toLowerCase() ?? '', status ?? '', at ?? ''],
    }),
  );
}

function findings(mail: BounceMail): Found[] {
  switch (mail.form) {
    case 'dsn':
      return mail.recipients.flatMap((recipient) => ofRecipient(recipient, mail.recipients.length));
    case 'feedback': {
      const classification = classifyFeedback(mail.type);
      return classification ? [{ classification, address: mail.address, at: null }] : [];
    }
    case 'auto_reply':
      return [{ classification: classified('auto_reply'), address: null, at: null }];
    case 'letter':
      return [];
    default:
      return mail satisfies never;
  }
}

function ofRecipient(recipient: BouncedRecipient, recipients: number): Found[] {
  const classification = classifyDsn(recipient);
  const { address, at } = recipient;
  return classification ? [{ classification, address, at, status: effectiveStatus(recipient), recipients }] : [];
}
