import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { follow } from '../../services/console/replay/follow.ts';
import {
  approveJob,
  askForPlan,
  confirmJob,
  pauseJob,
  resumeJob,
  stopJob,
} from '../../services/console/replay/jobs.ts';
import { type NotSent, notSent, notSentCsv } from '../../services/console/replay/report.ts';
import { createRunner } from '../../services/console/replay/run.ts';
import { findJob, jobsOf } from '../../services/console/replay/store.ts';
import { sweepReplays } from '../../services/console/replay/sweep.ts';
import type { ReplayFilter, ReplayTools } from '../../services/console/replay/types.ts';
import { auditOf } from '../../services/shared/audit/append.ts';
import { at, NOON } from '../../services/shared/ledger/samples.ts';
import { dryRun } from '../support/replay.ts';
import { idOf, type Stage, startStage } from './console/stage.ts';

const ALL: ReplayFilter = { entity: 'sijilat' };
const OFF = { entity: '*', category: '*', channel: '*', allow: false, at: NOON } as const;
const noor = { by: 'noor', because: 'the provider is back' };
const adam = { by: 'adam', because: 'looked at the sample' };

describe('a replay as a job', () => {
  let stage: Stage;
  let tools: ReplayTools;
  beforeAll(async () => {
    stage = await startStage();
    tools = { ...stage.tools, rules: { countFrom: 100, approvalAbove: 10_000, perSecond: 8 } };
  });
  afterEach(async () => {
    await stage.clear();
    await stage.ledger.connection.collection('audit').deleteMany({});
  });
  afterAll(() => stage.stop());

  const seed = async (many: number) => {
    for (let n = 1; n <= many; n++) await stage.seed(n);
  };
  const look = () => dryRun(ALL, tools);
  const begin = async () => (await confirmJob((await look())._id, noor, tools)).job._id;
  const job = (id: string) => findJob(stage.ledger, id);
  const acts = async () => (await auditOf(stage.ledger).find().sort({ _id: 1 }).toArray()).map(({ act }) => act);
  /** A second goes by, in quarters: as many lots. */
  const second = async (runner: { step(): Promise<boolean> }, quarters = 4) => {
    for (let n = 0; n < quarters; n++) {
      await runner.step();
      stage.state.now += 250;
    }
  };
  const listed = async (id: string) => {
    const lines: NotSent[] = [];
    for await (const page of notSent(await job(id), stage.ledger)) lines.push(...page);
    return lines;
  };

  it('makes due as many a second as it may, sends them, and ends with numbers that agree', async () => {
    await seed(12);
    await stage.ledger.subscribers.updateOne({ _id: idOf('s', 3) }, { $set: { preferences: [OFF] } });
    await stage.seed(13, { delivery: { expiresAt: at(-1) } });
    const id = await begin();
    await stage.ledger.subscribers.updateOne({ _id: idOf('s', 4) }, { $set: { preferences: [OFF] } });
    const runner = createRunner(tools);
    await second(runner);
    expect(await job(id)).toMatchObject({ status: 'running', done: 8, started: 8, plan: { found: 13, send: 11 } });
    await stage.work();
    await second(runner, 5);
    await stage.work();
    stage.state.now += 1_000;
    await runner.step();
    const ended = await job(id);
    expect(ended).toMatchObject({ status: 'done', busy: false, done: 11, started: 11, settled: 11 });
    expect(ended.results).toEqual([
      { status: 'sent', reason: null, count: 10 },
      { status: 'skipped', reason: 'opted_out', count: 1 },
    ]);
    expect(stage.sent.map(({ deliveryId }) => deliveryId).toSorted()).toEqual(
      [1, 2, 5, 6, 7, 8, 9, 10, 11, 12].map((n) => idOf('d', n)),
    );
    expect((await listed(id)).map(({ delivery, stage: when, reason }) => [delivery, when, reason])).toEqual([
      [idOf('d', 3), 'refused', 'opted_out'],
      [idOf('d', 13), 'refused', 'expired'],
      [idOf('d', 4), 'begun', 'opted_out'],
    ]);
    expect(await acts()).toEqual(['replay_dry_run', 'replay', 'replay_end']);
  });

  it('does nothing at a second yes, also when two say it at once', async () => {
    await seed(2);
    const { _id } = await look();
    const both = await Promise.all([confirmJob(_id, noor, tools), confirmJob(_id, adam, tools)]);
    expect(both.map(({ changed }) => changed).toSorted()).toEqual([false, true]);
    expect(await confirmJob(_id, noor, tools)).toMatchObject({ changed: false });
    const { confirmed } = await job(_id);
    expect(['noor', 'adam']).toContain(confirmed?.by);
  });

  it('waits while it is paused, and goes on where it was', async () => {
    await seed(6);
    const id = await begin();
    const runner = createRunner(tools);
    await second(runner, 1);
    expect(await pauseJob(id, noor, tools)).toMatchObject({ changed: true });
    await second(runner, 8);
    expect(await job(id)).toMatchObject({ status: 'paused', done: 2 });
    expect(await stage.ledger.deliveries.countDocuments({ status: 'failed' })).toBe(4);
    expect(await pauseJob(id, noor, tools)).toMatchObject({ changed: false });
    await resumeJob(id, noor, tools);
    await second(runner, 2);
    expect(await job(id)).toMatchObject({ status: 'running', done: 6 });
  });

  it('stopped half-way leaves the rest as it was, for good', async () => {
    await seed(8);
    const id = await begin();
    const runner = createRunner(tools);
    await second(runner, 2);
    const before = await stage.ledger.deliveries.find({ status: 'failed' }).sort({ _id: 1 }).lean();
    await stopJob(id, noor, tools);
    await second(runner, 8);
    await stage.work();
    stage.state.now += 20_000;
    await second(runner, 8);
    expect(stage.sent).toHaveLength(4);
    expect(before).toHaveLength(4);
    expect(await stage.ledger.deliveries.find({ status: 'failed' }).sort({ _id: 1 }).lean()).toEqual(before);
    expect(await resumeJob(id, noor, tools)).toMatchObject({ changed: false });
    expect(await job(id)).toMatchObject({ status: 'stopped', busy: false, started: 4, settled: 4 });
    expect((await listed(id)).map(({ stage: when }) => when)).toEqual(Array(4).fill('not_begun'));
    expect(await acts()).toEqual(['replay_dry_run', 'replay', 'replay_stop', 'replay_end']);
  });

  it('is taken over when the process that runs it dies in the middle of a lot, and sends each once', async () => {
    await seed(6);
    const id = await begin();
    const dying = createRunner({ ...tools, ledger: failingAt(stage.ledger, 'countDocuments') });
    await expect(dying.step()).rejects.toThrow('died');
    expect(await job(id)).toMatchObject({ done: 0 });
    expect(await stage.ledger.deliveries.countDocuments({ status: 'deferred' })).toBe(2);
    const heir = createRunner(tools);
    expect(await heir.step()).toBe(false);
    stage.state.now += 15_001;
    await second(heir);
    expect(await job(id)).toMatchObject({ done: 6, started: 6 });
    await stage.work();
    expect(stage.sent.map(({ deliveryId }) => deliveryId).toSorted()).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => idOf('d', n)),
    );
  });

  it('makes its set anew when the process that made it dies, and no delivery is in it twice', async () => {
    await seed(5);
    const { _id } = await askForPlan(ALL, 'noor', tools);
    const dying = createRunner({ ...tools, foresee: () => Promise.reject(new Error('died')) });
    await expect(dying.step()).rejects.toThrow('died');
    stage.state.now += 15_001;
    await createRunner(tools).step();
    expect(await job(_id)).toMatchObject({ status: 'planned', attempt: 2, plan: { found: 5, send: 5 } });
    await confirmJob(_id, noor, tools);
    await second(createRunner(tools));
    await stage.work();
    expect(stage.sent).toHaveLength(5);
  });

  it('leaves to one of two jobs what both found, and says so in the list of the other', async () => {
    await seed(4);
    const [mine, yours] = [await begin(), await begin()];
    await Promise.all([second(createRunner(tools), 6), second(createRunner(tools), 6)]);
    await stage.work();
    expect(stage.sent).toHaveLength(4);
    const [a, b] = [await job(mine), await job(yours)];
    expect([a.done, b.done, a.started + b.started]).toEqual([4, 4, 4]);
    const moved = [...(await listed(mine)), ...(await listed(yours))].filter(({ stage: when }) => when === 'moved_on');
    expect(moved).toHaveLength(4);
  });

  it('wants the number typed from a size on, and above another a second person', async () => {
    await seed(3);
    const careful = { ...tools, rules: { countFrom: 3, approvalAbove: 3, perSecond: 8 } };
    const { _id } = await look();
    await expect(confirmJob(_id, { ...noor, because: 'ok' }, careful)).rejects.toMatchObject({ code: 'count_differs' });
    await expect(confirmJob(_id, { ...noor, count: 4 }, careful)).rejects.toMatchObject({ code: 'count_differs' });
    await expect(confirmJob(_id, { by: 'noor', because: 'ok', count: 3 }, careful)).rejects.toMatchObject({
      code: 'no_reason_given',
    });
    expect((await confirmJob(_id, { ...noor, count: 3 }, careful)).job.status).toBe('running');

    const grave = { ...tools, rules: { countFrom: 1, approvalAbove: 2, perSecond: 8 } };
    const large = await look();
    await confirmJob(large._id, { by: 'sara', because: noor.because, count: 3 }, grave);
    expect(await createRunner(grave).step(large._id)).toBe(false);
    // `dryRun` is asked for by noor, and confirmed by sara.
    for (const by of ['sara', 'noor']) {
      await expect(approveJob(large._id, { ...adam, by }, grave)).rejects.toMatchObject({ code: 'same_person' });
    }
    expect(await approveJob(large._id, adam, grave)).toMatchObject({ changed: true, job: { status: 'running' } });
    expect(await approveJob(large._id, adam, grave)).toMatchObject({ changed: false });
  });

  it('has nothing to start when all were refused', async () => {
    await stage.seed(1, { delivery: { expiresAt: at(-1) } });
    const { _id } = await look();
    await expect(confirmJob(_id, noor, tools)).rejects.toMatchObject({ code: 'nothing_to_send' });
    await expect(confirmJob('j_nonsense', noor, tools)).rejects.toMatchObject({ code: 'unknown_job' });
  });

  it('is not begun, approved or stopped when the trail cannot be written', async () => {
    await seed(1);
    const { _id } = await look();
    const broken = { ...tools, ledger: withoutTrail(stage.ledger) };
    await expect(confirmJob(_id, noor, broken)).rejects.toThrow('full');
    await expect(stopJob(_id, noor, broken)).rejects.toThrow('full');
    await expect(askForPlan(ALL, 'noor', broken)).rejects.toThrow('full');
    expect(await job(_id)).toMatchObject({ status: 'planned' });
    expect(await jobsOf(stage.ledger).countDocuments()).toBe(1);
  });

  it('stays open while a delivery is tried again, and ends with what became of it', async () => {
    await seed(1);
    stage.state.answer = { kind: 'retry', reason: 'provider_unavailable', code: 'x' };
    const id = await begin();
    const runner = createRunner(tools);
    await second(runner, 1);
    await stage.work();
    await second(runner, 8);
    expect(await job(id)).toMatchObject({ status: 'running', started: 1, settled: 0 });
    stage.state.answer = { kind: 'accepted', providerRef: 'p-1', code: null };
    stage.state.now += 60_000;
    await stage.work();
    await second(runner, 8);
    expect(await job(id)).toMatchObject({ status: 'done', settled: 1, results: [{ status: 'sent', count: 1 }] });
  });

  it('writes its list as CSV with the reason in both languages', async () => {
    await stage.seed(1, { delivery: { expiresAt: at(-1) } });
    const { _id } = await look();
    let csv = '';
    for await (const piece of notSentCsv(await job(_id), stage.ledger)) csv += piece;
    expect(csv.split('\r\n')).toEqual([
      'delivery,notification,stage,status,reason,reason_en,reason_ar',
      expect.stringMatching(/^d_0{31}1,,refused,,expired,\S.+,\S.+$/),
      '',
    ]);
  });

  it('forgets dry runs after a week and sets after three months, but not what was done', async () => {
    await seed(2);
    const unconfirmed = (await look())._id;
    const ran = await begin();
    await stopJob(ran, noor, tools);
    stage.state.now += 7 * 86_400_000 + 1;
    expect(await sweepReplays(tools)).toBe(0);
    expect(await job(unconfirmed)).toMatchObject({ status: 'stopped' });
    stage.state.now += 90 * 86_400_000;
    expect(await sweepReplays(tools)).toBe(2);
    expect(await stage.ledger.connection.collection('replay_items').countDocuments()).toBe(0);
    expect(await job(ran)).toMatchObject({ plan: { send: 2 } });
    expect(await sweepReplays(tools)).toBe(0);
    expect(await follow(await job(ran), stage.ledger, new Date())).toEqual({ results: [], settled: 0, open: false });
  });
});

/** A ledger whose deliveries lose the connection for good at one operation: what the process did before, it did. */
function failingAt(ledger: Stage['ledger'], operation: string): Stage['ledger'] {
  const collection = new Proxy(ledger.deliveries.collection, {
    get(target, name) {
      if (name === operation) return () => Promise.reject(new Error('died'));
      const value = target[name as keyof typeof target];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...ledger, deliveries: { collection } as never };
}

/** A ledger whose audit trail takes nothing. */
function withoutTrail(ledger: Stage['ledger']): Stage['ledger'] {
  const full = { findOne: async () => null, insertOne: () => Promise.reject(new Error('full')) };
  const collection = (name: string) => (name === 'audit' ? full : ledger.connection.collection(name));
  return { ...ledger, connection: { collection } as never };
}
