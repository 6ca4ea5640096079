import { describe, expect, it } from '@jest/globals';
import { readEvidence } from '../../shared/evidence/index.ts';
import type { Json } from './json.ts';
import { createReceiptMaker } from './receipt.ts';
import { sesReceipts } from './ses-receipts.ts';

const DELIVERY = 'd_0123456789abcdef0123456789abcdef';
const clear = { seal: (plain: string) => plain };
const now = () => Date.parse('2026-11-24T10:00:00Z');
const make = createReceiptMaker({ sealer: clear, now });
const read = (event: Json) => sesReceipts(event, JSON.stringify(event), make);

const mail = {
  timestamp: '2026-11-24T09:00:00.000Z',
  messageId: '0100018c-ses',
  source: `bounce+${DELIVERY}@bounce.example.org`,
  destination: ['noor@example.com'],
};
const bounce = (detail: Json, more: Json = {}) => ({
  notificationType: 'Bounce',
  mail: { ...mail, ...more },
  bounce: { timestamp: '2026-11-24T09:00:05.000Z', feedbackId: 'f-1', ...detail },
});

describe('SES notifications as receipts', () => {
  it('name the delivery by the envelope sender and the message by its SES id', () => {
    const event = bounce({
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: 'noor@example.com', action: 'failed', status: '5.1.1' }],
    });
    expect(read(event)).toMatchObject([
      {
        provider: 'ses',
        channel: 'email',
        deliveryId: DELIVERY,
        providerRef: '0100018c-ses',
        kind: 'hard_bounce',
        reason: 'invalid_address',
        smtpStatus: '5.1.1',
        occurredAt: '2026-11-24T09:00:05.000Z',
        receivedAt: '2026-11-24T10:00:00.000Z',
      },
    ]);
  });

  it.each([
    [
      'Message-ID header',
      { source: 'no-reply@notify.example', headers: [{ name: 'Message-ID', value: `<${DELIVERY}@notify.example>` }] },
    ],
    [
      'common headers',
      { source: 'no-reply@notify.example', commonHeaders: { messageId: `<${DELIVERY}@notify.example>` } },
    ],
    ['sender with a name', { source: `NotifyMe <bounce+${DELIVERY}@bounce.example.org>` }],
  ])('name the delivery by %s', (_what, more) => {
    const event = bounce({ bounceType: 'Transient', bounceSubType: 'General', bouncedRecipients: [{}] }, more);
    expect(read(event)[0]?.deliveryId).toBe(DELIVERY);
  });

  it('are kept without a delivery when nothing names one', () => {
    const event = bounce({ bounceType: 'Permanent', bouncedRecipients: [{}] }, { source: 'else@example.org' });
    expect(read(event)).toMatchObject([{ providerRef: '0100018c-ses', kind: 'hard_bounce' }]);
    expect(read(event)[0]).not.toHaveProperty('deliveryId');
  });

  it('C19 g: of two recipients give one receipt each, which says whom it is about', () => {
    const event = bounce({
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [
        { emailAddress: 'gone@example.com', action: 'failed', status: '5.1.1' },
        { emailAddress: 'noor@example.com', action: 'relayed', status: '2.0.0' },
      ],
    });
    const receipts = read(event);
    expect(receipts.map(({ kind }) => kind)).toEqual(['hard_bounce', 'sent']);
    const evidence = receipts.map((receipt) => readEvidence(receipt.evidence ?? ''));
    expect(evidence.map((item) => item?.recipient)).toEqual(['gone@example.com', 'noor@example.com']);
    expect(evidence.map((item) => item?.recipients)).toEqual([2, 2]);
  });

  it('have the same id when they come again and another for another recipient', () => {
    const recipients = [{ emailAddress: 'a@example.com' }, { emailAddress: 'b@example.com' }];
    const event = bounce({ bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: recipients });
    const ids = read(event).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(read(event).map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    [
      { eventType: 'Delivery', delivery: { timestamp: '2026-11-24T09:00:04Z', recipients: ['noor@example.com'] } },
      'delivered',
    ],
    [{ eventType: 'Send', send: {} }, 'accepted'],
    [{ eventType: 'Reject', reject: { reason: 'Bad content' } }, 'refused'],
    [{ eventType: 'Open', open: { timestamp: '2026-11-24T09:00:04Z' } }, 'read'],
    [
      {
        eventType: 'DeliveryDelay',
        deliveryDelay: {
          delayType: 'MailboxFull',
          delayedRecipients: [{ emailAddress: 'noor@example.com', status: '4.2.2' }],
        },
      },
      'delayed',
    ],
    [
      {
        notificationType: 'Complaint',
        complaint: { complainedRecipients: [{ emailAddress: 'noor@example.com' }], complaintFeedbackType: 'abuse' },
      },
      'complaint',
    ],
    [
      {
        notificationType: 'Complaint',
        complaint: { complainedRecipients: [{ emailAddress: 'noor@example.com' }], complaintFeedbackType: 'not-spam' },
      },
      'not_spam',
    ],
  ])('read the event %j', (event, kind) => {
    expect(read({ ...event, mail })).toMatchObject([{ kind, deliveryId: DELIVERY }]);
  });

  it('of a kind that says nothing of delivery give none', () => {
    expect(read({ eventType: 'Click', mail })).toEqual([]);
    expect(read({ eventType: 'Bounce', mail: { ...mail, source: 3 } as Json, bounce: null })).toEqual([]);
    expect(read({ eventType: 'constructor', mail })).toEqual([]);
  });

  it('never carry a time to come', () => {
    const event = bounce({ bounceType: 'Permanent', bouncedRecipients: [{}], timestamp: '2999-01-01T00:00:00Z' });
    expect(read(event)[0]?.occurredAt).toBe('2026-11-24T10:00:00.000Z');
  });
});
