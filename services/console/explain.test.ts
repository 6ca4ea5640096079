import { describe, expect, it } from '@jest/globals';
import type { ReceiptKind } from '../../contracts/generated/types.ts';
import reasons from '../../contracts/reasons.json' with { type: 'json' };
import type { DeliveryStatus, NotificationStatus, Reason } from '../../contracts/status.ts';
import { at, NOON, sampleDelivery, sampleNotification } from '../shared/ledger/samples.ts';
import type { Attempt, Decision, StoredReceipt } from '../shared/ledger/types.ts';
import { explain, type Story } from './explain.ts';

const story = (more: Partial<Story> = {}): Story => ({
  notification: sampleNotification(),
  deliveries: [],
  receipts: [],
  ...more,
});
const textsOf = (told: Story) => {
  const lines = explain(told);
  return { en: lines.map(({ text }) => text.en), ar: lines.map(({ text }) => text.ar) };
};

const decision = (more: Partial<Decision>): Decision => ({
  channel: 'sms',
  step: 0,
  decision: 'skip',
  reason: null,
  contactId: null,
  dueAt: null,
  ...more,
});

const attempt = (more: Partial<Attempt>): Attempt => ({
  no: 1,
  provider: 'sns',
  startedAt: at(1),
  endedAt: at(2),
  result: 'accepted',
  reason: null,
  providerRef: null,
  code: null,
  ...more,
});

const receipt = (more: Partial<StoredReceipt>): StoredReceipt => ({
  _id: 'r_1',
  provider: 'sns',
  channel: 'sms',
  deliveryId: sampleDelivery()._id,
  providerRef: null,
  kind: 'delivered',
  reason: null,
  smtpStatus: null,
  part: null,
  parts: null,
  evidence: null,
  matched: true,
  dueAt: null,
  occurredAt: at(5),
  receivedAt: at(6),
  ...more,
});

/** A notice whose story holds this reason, at each place where the list says it can stand. */
const SEEDED: Record<string, (reason: Reason) => Story> = {
  notification: (reason) =>
    story({ notification: sampleNotification({ status: 'not_reached', reason, outcomeAt: at(9) }) }),
  channel: (reason) => story({ notification: sampleNotification({ decisions: [decision({ reason })] }) }),
  delivery: (reason) => story({ deliveries: [sampleDelivery({ status: 'failed', reason })] }),
};

describe('explain', () => {
  it.each(
    Object.entries(reasons).flatMap(([reason, { of, en, ar }]) => of.map((place) => ({ reason, place, en, ar }))),
  )('says $reason of a $place in both languages', ({ reason, place, en, ar }) => {
    const texts = textsOf(SEEDED[place]!(reason as Reason));
    expect(texts.en.filter((text) => text.includes(en))).toHaveLength(1);
    expect(texts.ar.filter((text) => text.includes(ar))).toHaveLength(1);
  });

  it('tells decision, attempts, receipt, standing and outcome in the order they happened', () => {
    const lines = explain(
      story({
        notification: sampleNotification({
          decisions: [
            decision({ decision: 'send' }),
            decision({ channel: 'email', reason: 'opted_out' }),
            decision({ channel: 'push', decision: 'defer', reason: 'quiet_hours', dueAt: at(60) }),
          ],
          status: 'reached',
          outcomeAt: at(8),
        }),
        deliveries: [
          sampleDelivery({
            status: 'delivered',
            updatedAt: at(7),
            attempts: [
              attempt({ result: 'retry', reason: 'provider_unavailable', code: 'TimeoutError' }),
              attempt({ no: 2, endedAt: at(4), code: '200' }),
            ],
          }),
        ],
        receipts: [receipt({})],
      }),
      { entity: { en: 'Sijilat', ar: 'سجلات' }, type: { en: 'Licence renewed', ar: 'تجديد ترخيص' } },
    );
    expect(lines.map(({ text }) => text.en)).toEqual([
      'Accepted from Sijilat: Licence renewed.',
      'SMS: decided to send at once.',
      'Email: decided not to send. The person switched this notice off.',
      'Device: decided to send on 24 November 2026, 12:01:00. Waiting for the end of quiet hours.',
      'SMS, attempt 1: the message could not be handed to sns. The provider could not be reached. Its answer: TimeoutError.',
      'SMS, attempt 2: sns took the message. Its answer: 200.',
      'SMS: sns reports: the message was delivered.',
      'SMS: arrived.',
      'Outcome: the person was reached.',
    ]);
    expect(lines.map(({ text }) => text.ar)).toEqual([
      'تم القبول من سجلات: تجديد ترخيص.',
      'رسالة نصية: تقرر الإرسال فوراً.',
      'بريد إلكتروني: تقرر عدم الإرسال. أوقف الشخص هذا الإشعار.',
      'إشعار على الجهاز: تقرر الإرسال في 24 نوفمبر 2026، 12:01:00. بانتظار انتهاء ساعات الهدوء.',
      'رسالة نصية، المحاولة 1: تعذر تسليم الرسالة إلى المزود \u2066sns\u2069. تعذر الوصول إلى مزود الخدمة. رده: \u2066TimeoutError\u2069.',
      'رسالة نصية، المحاولة 2: استلم المزود \u2066sns\u2069 الرسالة. رده: \u2066200\u2069.',
      'رسالة نصية: أفاد المزود \u2066sns\u2069: تم تسليم الرسالة.',
      'رسالة نصية: وصلت الرسالة.',
      'النتيجة: تم الوصول إلى المستلم.',
    ]);
  });

  it('keeps lines in order of time whatever order the parts come in', () => {
    const deliveries = [sampleDelivery({ updatedAt: at(30), attempts: [attempt({ endedAt: at(20) })] })];
    const times = explain(story({ deliveries, receipts: [receipt({ occurredAt: at(25) })] })).map((line) => line.at);
    expect(times).toEqual(times.toSorted((a, b) => a.getTime() - b.getTime()));
  });

  const deliveryStatuses: DeliveryStatus[] = [
    ...(['deferred', 'queued', 'sending', 'sent', 'delivered', 'failed'] as const),
    ...(['bounced', 'expired', 'skipped', 'cancelled', 'superseded', 'unknown'] as const),
  ];
  const notificationStatuses: NotificationStatus[] = [
    ...(['accepted', 'routed', 'reached', 'partly_reached', 'not_reached', 'cancelled', 'rejected'] as const),
  ];
  const kinds: ReceiptKind[] = [
    ...(['accepted', 'sent', 'delayed', 'delivered', 'read', 'soft_bounce', 'hard_bounce', 'refused'] as const),
    ...(['expired', 'complaint', 'not_spam', 'opted_out', 'opted_in', 'auto_reply', 'endpoint_gone'] as const),
  ];

  it('says every status and every kind of receipt in its own words', () => {
    const told = [
      ...deliveryStatuses.map((status) => story({ deliveries: [sampleDelivery({ status })] })),
      ...notificationStatuses.map((status) =>
        story({ notification: sampleNotification({ status, outcomeAt: at(1) }) }),
      ),
      ...kinds.map((kind) => story({ deliveries: [sampleDelivery()], receipts: [receipt({ kind })] })),
    ].map(textsOf);
    expect(new Set(told.map(({ en }) => en.join('\n'))).size).toBe(34);
    expect(new Set(told.map(({ ar }) => ar.join('\n'))).size).toBe(34);
  });

  it('leaves no blank unfilled and mixes no languages, whatever happened', () => {
    const deliveries = deliveryStatuses.map((status) =>
      sampleDelivery({
        _id: `d_${status}`,
        status,
        replays: 1,
        attempts: (['accepted', 'refused', 'retry', 'throttled', 'unknown'] as const).map((result) =>
          attempt({ result }),
        ),
      }),
    );
    const receipts = kinds.map((kind) => receipt({ kind, deliveryId: 'd_sent', smtpStatus: '5.1.1' }));
    const notification = sampleNotification({
      ...{ test: true, duplicates: 2, cancelledAt: at(2), readAt: at(3), eventTime: NOON, outcomeRevision: 1 },
    });
    const texts = textsOf({ notification, deliveries, receipts });
    expect(texts.en.filter((text) => /[{}]|[\u0600-\u06FF]|undefined|null/.test(text))).toEqual([]);
    const outsideIsolates = texts.ar.map((text) => text.replace(/\u2066[^\u2069]*\u2069/g, ''));
    expect(outsideIsolates.filter((text) => /[{}A-Za-z]/.test(text))).toEqual([]);
  });

  it('tells a message that was never written, a lost sender and a silent success from a provider’s answer', () => {
    const { en } = textsOf(
      story({
        deliveries: [
          sampleDelivery({
            status: 'sent',
            settledAt: at(9),
            attempts: [
              attempt({ provider: 'render', result: 'refused', reason: 'template_error', code: 'missing:name' }),
              attempt({ provider: 'unknown', result: 'unknown', reason: 'unknown_outcome', code: 'worker_lost' }),
            ],
          }),
        ],
      }),
    );
    expect(en).toEqual(
      expect.arrayContaining([
        'SMS: handed over; nothing to the contrary came, so it counts as arrived.',
        'SMS, attempt 1: the message was not written. The message could not be written: a value is missing or wrong. Code: missing:name.',
        'SMS, attempt 2: the sender stopped before it could report. It is not known whether the provider took the message. Code: worker_lost.',
      ]),
    );
  });

  it('says which message told of a notice that went out with others', () => {
    const carriedBy = { deliveryId: 'd_1', notificationId: 'n_0123456789abcdef0123456789abcdef' };
    const carrier = sampleDelivery({ status: 'sent', carries: ['d_2', 'd_3'] });
    const member = sampleDelivery({ status: 'sent', reason: 'in_digest', carriedBy });
    const { en, ar } = textsOf(story({ deliveries: [carrier, member] }));
    expect(en).toEqual(
      expect.arrayContaining([
        'SMS: handed over; whether it arrived is not known yet. Its message tells of 3 notices together.',
        `SMS: handed over; whether it arrived is not known yet. ${reasons.in_digest.en} The message is that of notice ${carriedBy.notificationId}.`,
      ]),
    );
    expect(ar.join(' ')).toContain(`\u2066${carriedBy.notificationId}\u2069`);
  });
});
