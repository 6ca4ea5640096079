import { describe, expect, it } from '@jest/globals';
import reasons from '../../../contracts/reasons.json' with { type: 'json' };
import type { Reason } from '../../../contracts/status.ts';
import { at, idOf, sampleDelivery, sampleNotification } from '../../shared/ledger/samples.ts';
import type { Attempt, Decision, StoredReceipt } from '../../shared/ledger/types.ts';
import { tellStory } from './tell.ts';

const decision = (more: Partial<Decision>): Decision => ({
  ...{ channel: 'sms', step: 0, decision: 'skip', reason: null, contactId: null, dueAt: null, ...more },
});
const attempt: Attempt = {
  ...{ no: 1, provider: 'sns', startedAt: at(1), endedAt: at(2), result: 'retry', reason: 'provider_unavailable' },
  ...{ providerRef: null, code: '503' },
};
const receipt = (more: Partial<StoredReceipt>): StoredReceipt => ({
  ...{ _id: 'r_1', provider: 'sns', channel: 'sms', deliveryId: sampleDelivery()._id, providerRef: null },
  ...{ kind: 'delivered', reason: null, smtpStatus: null, part: null, parts: null, evidence: null, matched: true },
  ...{ dueAt: null, occurredAt: at(5), receivedAt: at(6), ...more },
});
const contact = { id: idOf('c', '1'), kind: 'mobile', masked: '*1234', state: 'verified' } as const;
const contacts = new Map([[contact.id, contact]]);

describe('the story of a notice in one answer', () => {
  it.each(Object.entries(reasons) as [Reason, { of: string[]; en: string; ar: string }][])(
    'shows %s in both languages wherever it may stand: notice, decision, delivery',
    (code, { en, ar }) => {
      const told = tellStory(
        {
          notification: sampleNotification({ reason: code, decisions: [decision({ reason: code })] }),
          deliveries: [sampleDelivery({ status: 'failed', reason: code, attempts: [{ ...attempt, reason: code }] })],
          receipts: [receipt({ kind: 'refused', reason: code })],
        },
        {},
        new Map(),
      );
      const because = { code, en, ar };
      expect(told.outcome.reason).toEqual(because);
      expect(told.decisions[0]!.reason).toEqual(because);
      expect(told.deliveries[0]).toMatchObject({
        ...{ reason: because, attempts: [{ reason: because }], receipts: [{ reason: because }] },
        standing: { en: expect.stringContaining(en), ar: expect.stringContaining(ar) },
      });
      for (const [language, text] of [['en', en] as const, ['ar', ar] as const])
        expect(told.lines.filter((line) => line.text[language].includes(text)).length).toBeGreaterThanOrEqual(4);
    },
  );

  it('names the next attempt of what waits, and none of what has ended', () => {
    const waits = sampleDelivery({ status: 'deferred', reason: 'retry', dueAt: at(300), attempts: [attempt] });
    const ended = sampleDelivery({ _id: idOf('d', '2'), status: 'failed', dueAt: at(300) });
    const told = tellStory(
      { notification: sampleNotification(), deliveries: [waits, ended], receipts: [] },
      {},
      contacts,
    );
    expect(told.deliveries.map(({ nextAt }) => nextAt)).toEqual([at(300), null]);
    expect(told.deliveries[0]!.attempts).toMatchObject([{ provider: 'sns', result: 'retry', code: '503' }]);
  });

  it('says of what is paused that the end of the pause moves it, and names no next attempt', () => {
    const held = { status: 'deferred', reason: 'paused', pausedBy: 'hold:channel=sms', dueAt: at(3_600) } as const;
    const told = tellStory(
      { notification: sampleNotification(), deliveries: [sampleDelivery(held)], receipts: [] },
      {},
      contacts,
    );
    expect(told.deliveries).toMatchObject([
      { nextAt: null, standing: { en: expect.stringContaining('end of a pause') } },
    ]);
  });

  it('gives evidence in order of what it says of, each with its delivery, and contacts masked', () => {
    const told = tellStory(
      {
        notification: sampleNotification({ decisions: [decision({ decision: 'send', contactId: contact.id })] }),
        deliveries: [sampleDelivery(), sampleDelivery({ _id: idOf('d', '2'), contactId: idOf('c', '9') })],
        receipts: [receipt({ _id: 'r_2', occurredAt: at(9) }), receipt({ _id: 'r_1', kind: 'sent' })],
      },
      {},
      contacts,
    );
    expect(told.deliveries.map(({ receipts }) => receipts.map(({ id }) => id))).toEqual([['r_1', 'r_2'], []]);
    expect(told.deliveries.map((one) => one.contact?.masked)).toEqual(['*1234', undefined]);
    expect(told.decisions[0]!.contact?.masked).toBe('*1234');
    expect(told.reference).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}$/);
  });
});
