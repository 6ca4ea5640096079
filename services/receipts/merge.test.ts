import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Receipt, ReceiptKind } from '../../contracts/generated/types.ts';
import { CHANNELS, type Channel, type DeliveryStatus } from '../../contracts/status.ts';
import { NOON, sampleDelivery } from '../shared/ledger/samples.ts';
import type { Delivery } from '../shared/ledger/types.ts';
import { mergeReceipt } from './merge.ts';

const receipt = (kind: ReceiptKind, more: Partial<Receipt> = {}): Receipt => ({
  id: `r_${kind}`,
  provider: 'sample',
  channel: 'sms',
  kind,
  occurredAt: NOON.toISOString(),
  receivedAt: NOON.toISOString(),
  ...more,
});

function fold(delivery: Delivery, receipts: Receipt[]): Delivery {
  let folded = delivery;
  for (const one of receipts) {
    const merged = mergeReceipt(folded, one);
    if (!merged) continue;
    const { status, reason, entry } = merged;
    folded = { ...folded, status, reason, receipts: [...folded.receipts, entry] };
  }
  return folded;
}

const statusAfter = (channel: Channel, status: DeliveryStatus, ...kinds: ReceiptKind[]): DeliveryStatus =>
  fold(
    sampleDelivery({ channel, status }),
    kinds.map((kind) => receipt(kind)),
  ).status;

describe('one receipt', () => {
  it.each<[ReceiptKind, DeliveryStatus]>([
    ['accepted', 'sent'],
    ['sent', 'sent'],
    ['delayed', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
    ['complaint', 'delivered'],
    ['soft_bounce', 'bounced'],
    ['hard_bounce', 'bounced'],
    ['refused', 'failed'],
    ['expired', 'failed'],
    ['opted_out', 'failed'],
    ['endpoint_gone', 'failed'],
    ['auto_reply', 'sent'],
    ['not_spam', 'sent'],
    ['opted_in', 'sent'],
  ])('%s makes a sent delivery %s', (kind, expected) => {
    for (const channel of CHANNELS) expect(statusAfter(channel, 'sent', kind)).toBe(expected);
  });

  it('C19 an out-of-office reply, a delay and "not spam" end nothing', () => {
    expect(statusAfter('email', 'sent', 'auto_reply', 'delayed', 'not_spam')).toBe('sent');
  });

  it('settles an unknown outcome when the provider turns out to have it', () => {
    expect(statusAfter('sms', 'unknown', 'accepted')).toBe('sent');
  });

  it('says that a notice arrived after all, whatever was thought of it', () => {
    for (const status of ['queued', 'deferred', 'expired', 'cancelled', 'superseded', 'skipped'] as const)
      expect(statusAfter('sms', status, 'delivered')).toBe('delivered');
  });

  it('lets an old failure not stop a delivery that waits to be sent again', () => {
    expect(statusAfter('email', 'queued', 'hard_bounce')).toBe('queued');
    expect(statusAfter('sms', 'deferred', 'refused')).toBe('deferred');
  });

  it('keeps the reason of the evidence, and none that is not in the closed list', () => {
    const sent = sampleDelivery({ channel: 'email', status: 'sent' });
    expect(mergeReceipt(sent, receipt('hard_bounce', { reason: 'invalid_address' }))?.reason).toBe('invalid_address');
    expect(mergeReceipt(sent, receipt('refused', { reason: 'because' }))?.reason).toBe('provider_refused');
    expect(mergeReceipt({ ...sent, status: 'unknown', reason: 'unknown_outcome' }, receipt('delivered'))?.reason).toBe(
      null,
    );
  });
});

describe('several receipts', () => {
  it('C18 "sent" and "sending" after "delivered" change nothing, and a repeated receipt is counted once', () => {
    const receipts = [receipt('delivered'), receipt('sent'), receipt('delivered'), receipt('accepted')];
    const final = fold(sampleDelivery({ status: 'sent' }), receipts);
    expect([final.status, final.receipts.map(({ kind }) => kind)]).toEqual([
      'delivered',
      ['delivered', 'sent', 'accepted'],
    ]);
  });

  it('a mail bounces after its relay reported it delivered; an SMS that arrived has arrived (RFC 3464: one hop)', () => {
    expect(statusAfter('email', 'sent', 'delivered', 'hard_bounce')).toBe('bounced');
    expect(statusAfter('email', 'sent', 'hard_bounce', 'delivered')).toBe('bounced');
    for (const channel of ['sms', 'push'] as const) {
      expect(statusAfter(channel, 'sent', 'delivered', 'hard_bounce')).toBe('delivered');
      expect(statusAfter(channel, 'sent', 'hard_bounce', 'delivered')).toBe('delivered');
    }
  });

  it('an SMS of several parts has arrived when each part has', () => {
    const part = (part: number, id: string) => receipt('delivered', { id, part, parts: 3 });
    const sent = sampleDelivery({ status: 'sent' });
    expect(fold(sent, [part(1, 'r_a'), part(3, 'r_b'), part(3, 'r_c')]).status).toBe('sent');
    expect(fold(sent, [part(3, 'r_a'), part(1, 'r_b'), part(2, 'r_c')]).status).toBe('delivered');
  });
});

describe('the lattice', () => {
  const KINDS: ReceiptKind[] = [
    ...(['accepted', 'sent', 'delayed', 'delivered', 'read', 'soft_bounce', 'hard_bounce', 'refused'] as const),
    ...(['expired', 'complaint', 'not_spam', 'opted_out', 'opted_in', 'auto_reply', 'endpoint_gone'] as const),
  ];
  const evidence = fc
    .array(fc.record({ kind: fc.constantFrom(...KINDS), parts: fc.constantFrom(undefined, 2), part: fc.nat(1) }), {
      maxLength: 7,
    })
    .map((items) =>
      items.map(({ kind, parts, part }, n) => receipt(kind, { id: `r_${n}`, ...(parts && { parts, part: part + 1 }) })),
    );
  const handedOver = fc.record({
    channel: fc.constantFrom(...CHANNELS),
    status: fc.constantFrom<DeliveryStatus>('sending', 'sent', 'unknown'),
  });
  const known = (status: DeliveryStatus) => (['sending', 'unknown', 'sent'].includes(status) ? 'open' : status);

  it('comes to the same status in whatever order the evidence arrives', () => {
    const shuffled = evidence.chain((receipts) =>
      fc.tuple(
        fc.constant(receipts),
        fc.shuffledSubarray(receipts, { minLength: receipts.length, maxLength: receipts.length }),
      ),
    );
    fc.assert(
      fc.property(handedOver, shuffled, (start, [one, other]) => {
        const delivery = sampleDelivery(start);
        expect(known(fold(delivery, other).status)).toBe(known(fold(delivery, one).status));
      }),
    );
  });

  it('merging everything twice changes nothing', () => {
    fc.assert(
      fc.property(handedOver, evidence, (start, receipts) => {
        const once = fold(sampleDelivery(start), receipts);
        expect(fold(once, receipts)).toEqual(once);
      }),
    );
  });

  it('never moves backwards', () => {
    // Independent of the code: what may follow on what, written out by channel.
    const onward: Record<Channel, Partial<Record<DeliveryStatus, DeliveryStatus[]>>> = {
      sms: { delivered: [], failed: ['delivered'], bounced: ['failed', 'delivered'] },
      push: { delivered: [], failed: ['delivered'], bounced: ['failed', 'delivered'] },
      email: { failed: [], bounced: ['failed'], delivered: ['bounced', 'failed'] },
    };
    fc.assert(
      fc.property(handedOver, evidence, ({ channel, status }, receipts) => {
        let delivery = sampleDelivery({ channel, status });
        for (const one of receipts) {
          const next = fold(delivery, [one]);
          if (next.status === 'sending' || next.status === 'unknown') expect(next.status).toBe(delivery.status);
          const allowed = onward[channel][delivery.status];
          if (allowed && next.status !== delivery.status) expect(allowed).toContain(next.status);
          delivery = next;
        }
      }),
    );
  });
});

describe('what an operator gave up without knowing', () => {
  const given = (reason: Delivery['reason'], status: DeliveryStatus = 'failed') =>
    sampleDelivery({ channel: 'sms', status, reason });

  it('is known better by any evidence', () => {
    expect(mergeReceipt(given('unknown_outcome'), receipt('accepted'))).toMatchObject({ status: 'sent', reason: null });
    expect(mergeReceipt(given('unknown_outcome'), receipt('soft_bounce'))).toMatchObject({ status: 'bounced' });
    expect(mergeReceipt(given(null, 'unknown'), receipt('delayed'))).toMatchObject({ status: 'sent' });
  });

  it('is not what failed for a reason, nor what ended otherwise', () => {
    expect(mergeReceipt(given('provider_refused'), receipt('accepted'))).toMatchObject({
      status: 'failed',
      reason: 'provider_refused',
    });
    expect(mergeReceipt(given('provider_refused'), receipt('soft_bounce'))).toMatchObject({ status: 'failed' });
    expect(mergeReceipt(given('unknown_outcome', 'delivered'), receipt('accepted'))).toMatchObject({
      status: 'delivered',
    });
  });

  it('stays unknown by a word that says nothing', () => {
    for (const kind of ['auto_reply', 'not_spam', 'opted_in'] as const)
      expect(mergeReceipt(given(null, 'unknown'), receipt(kind))).toMatchObject({ status: 'unknown', reason: null });
  });
});

describe('a second word of the same weight', () => {
  it('does not replace the first and its reason', () => {
    const failed = sampleDelivery({ channel: 'sms', status: 'failed', reason: 'blocked_by_carrier' });
    expect(mergeReceipt(failed, receipt('refused', { reason: 'provider_refused' }))).toMatchObject({
      reason: 'blocked_by_carrier',
    });
    const bounced = sampleDelivery({ channel: 'email', status: 'bounced', reason: 'mailbox_full' });
    expect(mergeReceipt(bounced, receipt('hard_bounce', { reason: 'invalid_address' }))).toMatchObject({
      reason: 'mailbox_full',
    });
  });
});

describe('parts of a text', () => {
  const sent = sampleDelivery({ channel: 'sms', status: 'sent' });
  const told = (more: Partial<Receipt>) => mergeReceipt(sent, receipt('delivered', more))?.status;

  it('must all arrive when there are several', () => {
    expect(told({ part: 1, parts: 2 })).toBe('sent');
    expect(told({ part: 2, parts: 3 })).toBe('sent');
  });

  it('are not waited for where there is one, or where numbers are missing', () => {
    for (const more of [{ part: 1, parts: 1 }, { parts: 2 }, { part: 1 }, {}]) expect(told(more)).toBe('delivered');
  });
});
