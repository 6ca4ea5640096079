import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { endControl, foreseeControl, listControls, placeControl } from '../../services/console/controls/index.ts';
import type { Asked } from '../../services/console/controls/request.ts';
import { settleOnce } from '../../services/receipts/settle.ts';
import { releaseOnce } from '../../services/router/release.ts';
import { scheduleOnce } from '../../services/router/scheduler.ts';
import { auditOf } from '../../services/shared/audit/append.ts';
import { at, NOON } from '../../services/shared/ledger/samples.ts';
import type { Control, Delivery } from '../../services/shared/ledger/types.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';
import { deliver, h, only, read, route, useChannels } from './channels/bench.ts';

useChannels();
jest.setTimeout(30_000);
afterEach(async () => {
  await h.ledger.controls.deleteMany({});
});

const tools = () => ({
  ...{ ledger: h.ledger, catalogue: h.deps.catalogue, clock: h.deps.clock },
  providers: [{ name: 'recording-sms', channel: 'sms' as const, weight: 10 }],
});
const BECAUSE = 'the operator asked us to wait';
const ask = (more: Partial<Asked> = {}): Asked => ({
  kind: 'pause',
  scope: { channel: 'sms' },
  because: BECAUSE,
  ...more,
});
const pause = (scope: Asked['scope'], more: Partial<Asked> = {}) =>
  placeControl(ask({ scope, codes: 'send', ...more }), 'op', tools());
const resume = ({ _id }: Control) => endControl(_id, { by: 'op', because: BECAUSE }, tools());
const release = (releasePerSecond = 500) => releaseOnce({ ...h.deps, releasePerSecond });
const texts = async (count: number, more: object = {}): Promise<Delivery[]> =>
  route(...Array.from({ length: count }, () => h.event({ type: TYPES.sms, ...more })));
const code = (error: unknown) => (error as { code?: string }).code;
const acts = () => auditOf(h.ledger).find().sort({ _id: 1 }).toArray();

describe('placing a control', () => {
  it('says first what it would do, and does nothing by that', async () => {
    const [one] = await texts(3);
    await h.ledger.deliveries.updateOne({ _id: one!._id }, { $set: { createdAt: at(-60) } });
    const { waiting, standing, byOthers } = await foreseeControl(ask({ codes: 'send' }), tools());
    expect(waiting).toEqual({ count: 3, codes: 0, oldestAt: at(-60), more: false });
    expect([standing, byOthers, await h.ledger.controls.countDocuments()]).toEqual([null, [], 0]);
  });

  it('writes the act first: without it nothing is paused', async () => {
    const broken = {
      ...tools(),
      ledger: {
        ...h.ledger,
        connection: {
          collection: () => {
            throw new Error('no audit');
          },
        },
      },
    };
    await expect(placeControl(ask({ codes: 'send' }), 'op', broken as never)).rejects.toThrow('no audit');
    expect(await h.ledger.controls.countDocuments()).toBe(0);
    const control = await pause({ channel: 'sms' });
    expect((await acts()).at(-1)).toMatchObject({
      ...{ act: 'pause', actor: { id: 'op', role: 'operator' }, reason: BECAUSE, targets: [control._id] },
      details: { scope: 'channel=sms', holdsCodes: false, until: null },
    });
  });

  it('by two operators at once places it once', async () => {
    const done = await Promise.allSettled([1, 2, 3].map(() => pause({ entity: 'office' })));
    const refused = done.flatMap((one) => (one.status === 'rejected' ? [code(one.reason)] : []));
    expect(refused).toEqual(['already', 'already']);
    expect(await h.ledger.controls.countDocuments()).toBe(1);
  });

  it('puts another word in the place of the one before, and ends once', async () => {
    await pause({ channel: 'sms' }, { kind: 'drain' });
    h.setClock(5);
    const control = await pause({ channel: 'sms' }, { codes: 'hold' });
    expect(await h.ledger.controls.find().lean()).toMatchObject([{ kind: 'pause', holdsCodes: true, at: at(5) }]);
    await resume(control);
    await expect(resume(control)).rejects.toMatchObject({ code: 'nothing_there' });
    await pause({ channel: 'sms' });
    expect(await h.ledger.controls.find().lean()).toMatchObject([
      { state: 'active', holdsCodes: false, endedAt: null },
    ]);
  });

  it.each<[string, Partial<Asked>]>([
    ['empty_scope', { scope: {} }],
    ['unknown_value', { scope: { entity: 'nobody' } }],
    ['unknown_value', { scope: { channel: 'fax' } }],
    ['other_channel', { scope: { provider: 'recording-sms', channel: 'email' } }],
    ['codes_choice', {}],
    ['until_past', { codes: 'send', until: NOON }],
    ['because_short', { codes: 'send', because: 'short' }],
    ['weight_scope', { kind: 'weight', weight: 1 }],
    ['weight_missing', { kind: 'weight', scope: { provider: 'recording-sms' }, weight: 1_001 }],
  ])('is refused as %s: %j', async (fault, more) => {
    await expect(foreseeControl(ask(more), tools())).rejects.toMatchObject({ code: fault });
  });
});

describe('what is paused', () => {
  it('waits without an attempt, and slows nobody else', async () => {
    await pause({ type: TYPES.sms });
    const held = await texts(3);
    const [code] = await route(h.event({ type: TYPES.code }));
    await deliver('sms', [...held, code!]);
    expect(h.providers.sms.sent()).toEqual([code!._id]);
    expect(await read(held[0]!._id)).toMatchObject({
      ...{ status: 'deferred', reason: 'paused', attempts: [], claim: null },
      pausedBy: `hold:type=${TYPES.sms}`,
    });
    expect(await listControls(tools())).toMatchObject([{ waiting: { count: 3, oldestAt: NOON } }]);
  });

  it('expires in its time, is not sent, and its entity is told', async () => {
    await pause({ entity: 'office' });
    const [one] = await texts(1);
    await deliver('sms', [one!]);
    h.setClock(86_400);
    await scheduleOnce(h.deps);
    await deliver('sms', [one!]);
    await settleOnce(h.deps);
    expect(await read(one!._id)).toMatchObject({ status: 'expired', reason: 'expired', attempts: [] });
    const told = h
      .told(h.topics.outcomes('office'))
      .filter(({ notificationId }) => notificationId === one!.notificationId);
    expect([told.map(({ status }) => status), h.providers.sms.calls]).toEqual([['not_reached'], []]);
  });

  it('by a drain: what came on its lane before goes, what came after waits', async () => {
    const before = await texts(2);
    h.setClock(1);
    await pause({ channel: 'sms' }, { kind: 'drain' });
    expect(await listControls(tools())).toMatchObject([{ draining: 2 }]);
    h.setClock(2);
    const after = await texts(2);
    await deliver('sms', [...after, ...before]);
    expect(h.providers.sms.sent().toSorted()).toEqual(before.map(({ _id }) => _id).toSorted());
    expect(await listControls(tools())).toMatchObject([{ draining: 0, waiting: { count: 2 } }]);
  });

  it('by its only provider waits too', async () => {
    await pause({ provider: 'recording-sms' });
    const [one] = await texts(1);
    await deliver('sms', [one!]);
    expect(await read(one!._id)).toMatchObject({ reason: 'paused', pausedBy: 'hold:provider=recording-sms' });
  });
});

describe('a pause that has ended', () => {
  const dueNow = () =>
    h.ledger.deliveries.find({ status: 'deferred', pausedBy: null }).sort({ dueAt: 1 }).lean<Delivery[]>();

  it('lets urgent ones go first, then in their order, and no more in a second than the rate, however many work', async () => {
    const control = await pause({ entity: 'office' });
    const old = await texts(4);
    h.setClock(1);
    const young = await texts(4);
    const urgent = await route(h.event({ type: TYPES.code }));
    await deliver('sms', [...young, ...old, ...urgent]);
    await resume(control);
    await Promise.all([1, 2, 3].map(() => release(5)));
    const due = await dueNow();
    const ids = (some: { _id: string }[]) => some.map(({ _id }) => _id).toSorted();
    expect([due[0]?._id, ids(due.slice(1, 5)), ids(due.slice(5))]).toEqual([urgent[0]!._id, ids(old), ids(young)]);
    expect(due.filter(({ dueAt }) => dueAt! < at(2))).toHaveLength(5);
    h.setClock(3);
    await scheduleOnce(h.deps);
    await deliver('sms', [...young, ...old, ...urgent]);
    expect([new Set(h.providers.sms.sent()).size, h.providers.sms.calls.length]).toEqual([9, 9]);
  });

  it('lets go turn by turn, five seconds of its rate at a time', async () => {
    const control = await pause({ channel: 'sms' });
    const some = await texts(8);
    await deliver('sms', some);
    await resume(control);
    for (const [seconds, gone] of [
      [0, 5],
      [4, 5],
      [5, 8],
    ] as const) {
      h.setClock(seconds);
      await release(1);
      expect(await dueNow()).toHaveLength(gone);
    }
  });

  it('by its time ends as well', async () => {
    const [one] = await texts(1);
    await pause({ channel: 'sms' }, { until: at(60) });
    await deliver('sms', [one!]);
    h.setClock(59);
    await release();
    expect(await dueNow()).toEqual([]);
    h.setClock(60);
    await release();
    expect(await dueNow()).toHaveLength(1);
    expect(await listControls(tools())).toEqual([]);
  });

  it('lets go what a worker puts aside late, and is forgotten only when none can', async () => {
    const control = await pause({ channel: 'sms' });
    const late = { ...h.channel('sms'), controls: { current: async () => [control] } };
    const [one] = await texts(1);
    await resume(control);
    await release();
    await deliver('sms', [one!], late);
    expect((await read(one!._id))?.pausedBy).toBe(control._id);
    h.setClock(6);
    await release();
    expect(await dueNow()).toHaveLength(1);
    h.setClock(3_602);
    await release();
    expect(await h.ledger.controls.countDocuments()).toBe(0);
  });

  it('and placed again while it lets go, holds what was not sent yet', async () => {
    const control = await pause({ channel: 'sms' });
    const some = await texts(4);
    await deliver('sms', some);
    await resume(control);
    await release(2);
    await pause({ channel: 'sms' });
    h.setClock(5);
    await release(2);
    await scheduleOnce(h.deps);
    await deliver('sms', only(some, 'sms'));
    expect(h.providers.sms.calls).toEqual([]);
    expect(await listControls(tools())).toMatchObject([{ waiting: { count: 4 } }]);
  });
});
