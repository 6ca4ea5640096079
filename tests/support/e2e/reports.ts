import type { DeliveryStatus } from '../../../contracts/status.ts';
import type { Contact } from '../../../services/shared/ledger/types.ts';
import { ses } from './ses.ts';

export type Report = {
  what: string;
  content(deliveryId: string, address: string): object;
  /** What becomes of the contact and of the delivery. */
  contact: Partial<Contact>;
  delivery: DeliveryStatus;
};

const active: Partial<Contact> = { state: 'verified', softBounces: 0 };
const dead: Partial<Contact> = { state: 'suspect', reason: 'invalid_address' };
const failed = { action: 'failed', status: '5.1.1' };
const other = 'other@example.com';

/** Reports about mail and what they must do: RFC 3464 actions, RFC 3463 class digits, RFC 5965 feedback types. */
export const REPORTS: Report[] = [
  {
    what: 'out of office',
    content: (id, emailAddress) => ses.bounce(id, ['Transient', 'General'], { emailAddress }),
    contact: active,
    delivery: 'sent',
  },
  {
    what: 'mailbox full, 4.2.2',
    content: (id, emailAddress) =>
      ses.bounce(id, ['Transient', 'MailboxFull'], { emailAddress, action: 'failed', status: '4.2.2' }),
    contact: { state: 'verified', softBounces: 1 },
    delivery: 'bounced',
  },
  {
    what: 'a transient label with status 5.1.1',
    content: (id, emailAddress) => ses.bounce(id, ['Transient', 'General'], { emailAddress, ...failed }),
    contact: dead,
    delivery: 'bounced',
  },
  {
    what: 'a delay',
    content: (id, emailAddress) =>
      ses.bounce(id, ['Transient', 'General'], { emailAddress, action: 'delayed', status: '4.4.1' }),
    contact: active,
    delivery: 'sent',
  },
  {
    what: 'a complaint of the type abuse',
    content: (id, address) => ses.complaint(id, address, 'abuse'),
    contact: { state: 'suppressed', reason: 'complaint' },
    delivery: 'delivered',
  },
  {
    what: 'a complaint of the type not-spam',
    content: (id, address) => ses.complaint(id, address, 'not-spam'),
    contact: active,
    delivery: 'sent',
  },
  {
    what: 'two recipients of whom the other failed',
    content: (id, emailAddress) =>
      ses.bounce(
        id,
        ['Permanent', 'General'],
        { emailAddress, action: 'delivered' },
        { emailAddress: other, ...failed },
      ),
    contact: active,
    delivery: 'delivered',
  },
  {
    what: 'two recipients of whom ours failed',
    content: (id, emailAddress) =>
      ses.bounce(
        id,
        ['Permanent', 'General'],
        { emailAddress, ...failed },
        { emailAddress: other, action: 'delivered' },
      ),
    contact: dead,
    delivery: 'bounced',
  },
];
