import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Receipt } from '../../contracts/generated/types.ts';
import { giveUpHeld, listHeld, releaseHeld } from '../../services/console/unknown.ts';
import { applyReceipts } from '../../services/receipts/apply.ts';
import type { ReceiptDeps } from '../../services/receipts/deps.ts';
import { settleOnce } from '../../services/receipts/settle.ts';
import { at } from '../../services/shared/ledger/samples.ts';
import type { Delivery, Notification } from '../../services/shared/ledger/types.ts';
import { createMetrics } from '../../services/shared/metrics.ts';
import { idOf, type Stage, startStage } from './console/stage.ts';

const UNKNOWN: Partial<Delivery> = { status: 'unknown', reason: 'unknown_outcome', unknowns: 1, dueAt: at(3_600) };

describe('a delivery that is held because nobody knows whether it went', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.stop());

  const ONE = [idOf('d', 1)];
  const deps = () => {
    const { ledger, topics, clock, sealer } = stage;
    const producer = { send: async () => {}, stop: async () => {} };
    return { ledger, topics, clock, sealer, producer, metrics: createMetrics() };
  };
  const notice = () => stage.ledger.notifications.findById(idOf('n', 1)).lean<Notification>();
  async function receive(more: Partial<Receipt>): Promise<void> {
    const now = stage.clock().toISOString();
    const receipt = { id: `r_${'1'.repeat(32)}`, provider: 'sns', occurredAt: now, receivedAt: now, ...more };
    const place = { topic: 'receipts', partition: 0, offset: '0', key: null, headers: {}, at: stage.clock() };
    const value = Buffer.from(JSON.stringify({ deliveryId: idOf('d', 1), ...receipt }));
    await applyReceipts([{ ...place, value }], deps() as unknown as ReceiptDeps);
    await settleOnce(deps());
  }

  it('is listed; one that its class sends again by itself, or that expired, is not', async () => {
    await stage.seed(1, { delivery: UNKNOWN });
    await stage.seed(2, { delivery: { ...UNKNOWN, onUnknown: 'resend' } });
    await stage.seed(3, { delivery: { ...UNKNOWN, onUnknown: 'resend', unknowns: 2 } });
    await stage.seed(4, { delivery: { ...UNKNOWN, expiresAt: at(0) } });
    await stage.seed(5, { delivery: { ...UNKNOWN, entity: 'health' } });
    const ids = async (filter = {}) => (await listHeld(filter, stage.tools)).map(({ _id }) => _id);
    expect(await ids()).toEqual([1, 3, 5].map((n) => idOf('d', n)));
    expect(await ids({ entity: 'health' })).toEqual([idOf('d', 5)]);
    expect(await ids({ limit: 1 })).toHaveLength(1);
  });

  it('released: sent once more under the rules of sending, however often it is released', async () => {
    await stage.seed(1, { delivery: UNKNOWN });
    expect(await releaseHeld(ONE, stage.tools)).toBe(1);
    expect(await releaseHeld(ONE, stage.tools)).toBe(0);
    await stage.work();
    await stage.work();
    expect(stage.sent.map(({ deliveryId }) => deliveryId)).toEqual(ONE);
    expect(await stage.delivery(1)).toMatchObject({ status: 'sent', replays: 1 });
  });

  it('released after the person opted out: not sent', async () => {
    const off = { entity: '*', category: '*', channel: '*', allow: false, at: at(0) } as const;
    await stage.seed(1, { delivery: UNKNOWN, subscriber: { preferences: [off] } });
    await releaseHeld(ONE, stage.tools);
    await stage.work();
    expect(stage.sent).toEqual([]);
    expect(await stage.delivery(1)).toMatchObject({ status: 'skipped', reason: 'opted_out' });
  });

  it('given up: final at once, and its notice has its outcome', async () => {
    await stage.seed(1, { delivery: UNKNOWN });
    expect(await giveUpHeld(ONE, stage.tools)).toBe(1);
    await settleOnce(deps());
    expect(await notice()).toMatchObject({ status: 'not_reached', reason: 'unknown_outcome', outcomeRevision: 0 });
    expect(await releaseHeld(ONE, stage.tools)).toBe(0);
  });

  it.each(['sms', 'email'] as const)('given up by %s: late evidence still knows better', async (channel) => {
    await stage.seed(1, { delivery: { ...UNKNOWN, channel } });
    await giveUpHeld(ONE, stage.tools);
    await settleOnce(deps());
    stage.state.now += 1_000;
    await receive({ channel, kind: 'delivered' });
    expect(await stage.delivery(1)).toMatchObject({ status: 'delivered', reason: null });
    expect(await notice()).toMatchObject({ status: 'reached', outcomeRevision: 1 });
  });

  it('settled by evidence before the operator acts: left alone', async () => {
    await stage.seed(1, { delivery: UNKNOWN });
    await receive({ channel: 'sms', kind: 'delivered' });
    expect([await releaseHeld(ONE, stage.tools), await giveUpHeld(ONE, stage.tools)]).toEqual([0, 0]);
    expect(await stage.delivery(1)).toMatchObject({ status: 'delivered' });
  });

  it('known to have gone by a late receipt: older notices of its case do not go after it', async () => {
    const same = { subscriberId: idOf('s', 1), contactId: idOf('c', 1), ordered: true };
    const ofCase = { subscriberId: idOf('s', 1), correlationId: 'case-1' };
    await stage.seed(1, { delivery: { ...UNKNOWN, ...same }, notification: { ...ofCase, sequence: 2 } });
    await stage.seed(2, {
      delivery: { ...same, status: 'deferred', reason: 'retry', dueAt: at(60) },
      notification: { ...ofCase, sequence: 1 },
    });
    await receive({ channel: 'sms', kind: 'delivered' });
    stage.state.now += 60_000;
    await stage.work();
    expect(stage.sent).toEqual([]);
    expect(await stage.delivery(2)).toMatchObject({ status: 'superseded' });
  });
});
