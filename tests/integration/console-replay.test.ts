import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { endControl, placeControl } from '../../services/console/controls/index.ts';
import { askForPlan } from '../../services/console/replay/jobs.ts';
import type { ReplayFilter } from '../../services/console/replay/types.ts';
import { releaseOnce } from '../../services/router/release.ts';
import { at, NOON } from '../../services/shared/ledger/samples.ts';
import { createMetrics } from '../../services/shared/metrics.ts';
import { dryRun, replay, startReplay } from '../support/replay.ts';
import { idOf, type Stage, startStage } from './console/stage.ts';

const OFF = { entity: '*', category: '*', channel: '*', allow: false, at: NOON } as const;
const ALL: ReplayFilter = { entity: 'sijilat' };

describe('what a replay finds and sends', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.stop());

  const look = (filter: ReplayFilter = ALL) => dryRun(filter, stage.tools);
  const planOf = async (filter: ReplayFilter = ALL) => (await look(filter)).plan;

  it('counts what it finds: how many, people, segments, reasons; and changes nothing', async () => {
    await stage.seed(1);
    await stage.seed(2, { delivery: { subscriberId: idOf('s', 1), contactId: idOf('c', 1), segments: null } });
    await stage.seed(3, { delivery: { status: 'unknown', reason: 'unknown_outcome', segments: 1 } });
    await stage.seed(4, { delivery: { status: 'delivered', reason: null } });
    const before = await stage.delivery(1);
    const plan = await planOf();
    expect(plan).toMatchObject({
      ...{ found: 3, send: 3, people: 2, smsSegments: 3, smsUnmeasured: 1, refused: {} },
      byReason: { provider_unavailable: 2, unknown_outcome: 1 },
      byStatus: { failed: 2, unknown: 1 },
      ...{ byEntity: { sijilat: 3 }, byChannel: { sms: 3 } },
    });
    expect(plan.sample.toSorted()).toEqual([idOf('d', 1), idOf('d', 2), idOf('d', 3)]);
    expect(await stage.delivery(1)).toEqual(before);
  });

  it.each<[string, ReplayFilter]>([
    ['ids', { ids: [idOf('d', 1)] }],
    ['entity', { entity: 'health' }],
    ['type', { type: 'bh.gov.moh.health.result.ready.v1' }],
    ['channel', { channel: 'email' }],
    ['provider', { provider: 'smtp' }],
    ['reason', { reason: 'mailbox_full' }],
    ['since', { since: at(-10) }],
    ['two of them', { channel: 'email', since: at(-10) }],
  ])('finds by %s', async (_, filter) => {
    const health = { entity: 'health', type: 'bh.gov.moh.health.result.ready.v1' };
    await stage.seed(1, {
      delivery: { ...health, channel: 'email', provider: 'smtp', reason: 'mailbox_full', updatedAt: at(-5) },
    });
    await stage.seed(2, { delivery: { updatedAt: at(-60) } });
    const { plan } = await dryRun(filter, { ...stage.tools, foresee: undefined });
    expect(plan).toMatchObject({ send: 1, sample: [idOf('d', 1)] });
  });

  it.each<[string, ReplayFilter]>([
    ['names nothing', {}],
    ['has an empty list of ids', { ids: [] }],
  ])('refuses a filter that %s', async (_, filter) => {
    await expect(askForPlan(filter, 'noor', stage.tools)).rejects.toMatchObject({ code: 'empty_filter' });
  });

  it('has a set that is fixed at the dry run: what fails after it is not in it', async () => {
    await stage.seed(1);
    const job = await look();
    await stage.seed(2);
    expect(await startReplay(job, stage.tools)).toBe(1);
    await stage.work();
    expect(stage.sent.map(({ deliveryId }) => deliveryId)).toEqual([idOf('d', 1)]);
    expect((await planOf()).send).toBe(1);
  });

  it('sends again what it planned, once', async () => {
    await stage.seed(1);
    expect(await replay(ALL, stage.tools)).toBe(1);
    await stage.work();
    await stage.work();
    expect(stage.sent.map(({ deliveryId }) => deliveryId)).toEqual([idOf('d', 1)]);
    expect(await stage.delivery(1)).toMatchObject({ status: 'sent', replays: 1 });
    expect((await planOf()).found).toBe(0);
  });

  it('adds nothing when an older set is run again, even if the delivery failed again meanwhile', async () => {
    await stage.seed(1);
    const [first, second, third] = [await look(), await look(), await look()];
    expect(await startReplay(first!, stage.tools)).toBe(1);
    expect(await startReplay(second!, stage.tools)).toBe(0);
    stage.state.answer = { kind: 'refused', reason: 'unreachable_phone', code: 'x', contact: 'keep' };
    await stage.work();
    expect(await stage.delivery(1)).toMatchObject({ status: 'failed', reason: 'unreachable_phone' });
    expect(await startReplay(third!, stage.tools)).toBe(0);
    await stage.work();
    expect(stage.sent).toHaveLength(1);
    // Whoever looks anew may well send it again.
    expect(await replay(ALL, stage.tools)).toBe(1);
  });

  it('starts each delivery once when two operators run at once', async () => {
    for (let n = 1; n <= 40; n++) await stage.seed(n);
    const [mine, yours] = [await look(), await look()];
    const started = await Promise.all([startReplay(mine, stage.tools), startReplay(yours, stage.tools)]);
    expect(started[0]! + started[1]!).toBe(40);
    await stage.work();
    expect(new Set(stage.sent.map(({ deliveryId }) => deliveryId)).size).toBe(40);
    expect(stage.sent).toHaveLength(40);
  });

  it('refuses what expired and types that may never be replayed, and says how many', async () => {
    await stage.seed(1);
    await stage.seed(2, { delivery: { expiresAt: at(-1) } });
    await stage.seed(3, { delivery: { type: 'bh.gov.iga.ekey.sign-in.code.v1' } });
    const job = await look();
    expect(job.plan).toMatchObject({ found: 3, sample: [idOf('d', 1)], refused: { expired: 1, never_replay: 1 } });
    await startReplay(job, stage.tools);
    expect([await stage.delivery(2), await stage.delivery(3)]).toMatchObject([{ replays: 0 }, { replays: 0 }]);
  });

  it('says of deliveries that are named why they need no replay', async () => {
    const ids = [1, 2, 3, 4, 5].map((n) => idOf('d', n));
    await stage.seed(1, { delivery: { status: 'delivered', reason: null } });
    await stage.seed(2, { delivery: { status: 'cancelled', reason: 'cancelled' } });
    await stage.seed(3, { delivery: { status: 'superseded', reason: 'superseded' } });
    await stage.seed(4, { delivery: { status: 'queued', reason: null } });
    await stage.seed(5, { delivery: { status: 'skipped', reason: 'opted_out' } });
    expect(await planOf({ ids })).toMatchObject({
      ...{ found: 5, send: 0 },
      refused: { already_delivered: 1, cancelled: 1, superseded: 1, under_way: 1, opted_out: 1 },
    });
  });

  it('leaves alone what expires between the dry run and the run', async () => {
    await stage.seed(1, { delivery: { expiresAt: at(60) } });
    const job = await look();
    stage.state.now += 61_000;
    expect(await startReplay(job, stage.tools)).toBe(0);
    expect(await stage.delivery(1)).toMatchObject({ status: 'failed' });
  });

  it('leaves alone what a late receipt showed to have arrived between the dry run and the run', async () => {
    await stage.seed(1);
    const job = await look();
    await stage.ledger.deliveries.updateOne({ _id: idOf('d', 1) }, { $set: { status: 'delivered', reason: null } });
    expect(await startReplay(job, stage.tools)).toBe(0);
    expect(await stage.delivery(1)).toMatchObject({ status: 'delivered', replays: 0 });
  });

  it('foresees what the rules of sending would refuse: opted out, cancelled, no contact; and what would wait', async () => {
    await stage.seed(1, { subscriber: { preferences: [OFF] } });
    await stage.seed(2, { notification: { cancelledAt: NOON } });
    await stage.seed(3, { subscriber: { contacts: [] } });
    await stage.seed(4, { subscriber: { quietHours: { from: '11:00', to: '12:30' } } });
    expect(await planOf()).toMatchObject({
      ...{ found: 4, people: 1, sample: [idOf('d', 4)], later: { quiet_hours: 1 } },
      refused: { opted_out: 1, cancelled: 1, no_contact: 1 },
    });
  });

  it('foresees what would wait for a pause; replayed all the same it waits, and goes when the pause ends', async () => {
    const { ledger, catalogue, clock } = stage;
    const tools = { ledger, catalogue, clock, providers: [] };
    await stage.seed(1);
    const because = 'the provider is being repaired';
    const pause = { kind: 'pause', scope: { channel: 'sms' }, codes: 'send', because } as const;
    const { _id } = await placeControl(pause, 'op', tools);
    const job = await look();
    expect(job.plan).toMatchObject({ send: 1, later: { paused: 1 } });
    expect(await startReplay(job, stage.tools)).toBe(1);
    await stage.work();
    expect(await stage.delivery(1)).toMatchObject({ status: 'deferred', reason: 'paused', replays: 1, attempts: [] });
    await endControl(_id, { by: 'op', because }, tools);
    await releaseOnce({ ledger, clock, metrics: createMetrics(), releasePerSecond: 500 });
    await stage.work();
    expect(stage.sent.map(({ deliveryId }) => deliveryId)).toEqual([idOf('d', 1)]);
    await ledger.controls.deleteMany({});
  });

  it.each([
    ['provider', { provider: 'sns' }],
    ['lane', { lane: 'normal' }],
  ] as const)('says how many would wait for a paused %s, and why', async (_, scope) => {
    const { ledger, catalogue, clock } = stage;
    const providers = [{ name: 'sns', channel: 'sms' as const, weight: 1 }];
    await stage.seed(1);
    await stage.seed(2);
    await stage.seed(3, { delivery: { expiresAt: at(-1) } });
    const because = 'the provider is being repaired';
    await placeControl({ kind: 'pause', scope, codes: 'send', because }, 'op', { ledger, catalogue, clock, providers });
    const { plan } = await look();
    await ledger.controls.deleteMany({});
    expect(plan).toMatchObject({ send: 2, later: { paused: 2 }, waits: [{ scope, because, until: null, count: 2 }] });
  });

  it('C23: a person who opted out after the dry run gets nothing; a mandatory notice still goes', async () => {
    await stage.seed(1);
    await stage.seed(2, { notification: { mandatory: true } });
    const job = await look();
    expect(job.plan.send).toBe(2);
    await stage.ledger.subscribers.updateMany({}, { $set: { preferences: [OFF] } });
    expect(await startReplay(job, stage.tools)).toBe(2);
    await stage.work();
    expect(stage.sent.map(({ deliveryId }) => deliveryId)).toEqual([idOf('d', 2)]);
    expect(await stage.delivery(1)).toMatchObject({ status: 'skipped', reason: 'opted_out' });
    expect((await planOf()).found).toBe(0);
  });
});
