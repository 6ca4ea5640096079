import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { countDeadLetters, replayWaiting } from '../../services/console/dead-letters.ts';
import { approveJob, askForLetters, confirmJob } from '../../services/console/replay/jobs.ts';
import { type NotSent, notSent } from '../../services/console/replay/report.ts';
import { createRunner } from '../../services/console/replay/run.ts';
import { findJob } from '../../services/console/replay/store.ts';
import type { ReplayTools } from '../../services/console/replay/types.ts';
import { auditOf } from '../../services/shared/audit/append.ts';
import type { Producer } from '../../services/shared/kafka/producer.ts';
import type { StoredDeadLetter } from '../../services/shared/ledger/types.ts';
import { idOf, type Stage, startStage } from './console/stage.ts';

/** More than a lot of them, so that several are gone through. */
const MANY = 450;
const BECAUSE = 'the key is in the ring';

describe('dead letters, many of them', () => {
  let stage: Stage;
  let tools: ReplayTools;
  const lots: number[] = [];
  const sent: string[] = [];
  const producer: Producer = {
    async send(batch) {
      const messages = batch.flatMap((one) => one.messages);
      lots.push(messages.length);
      sent.push(...messages.map(({ value }) => String(value)));
    },
    stop: async () => {},
  };
  beforeAll(async () => {
    stage = await startStage();
    const rules = { countFrom: 10, approvalAbove: 100, perSecond: 10_000 };
    const { sealer } = stage;
    tools = { ...stage.tools, rules, letters: { sealer, producer: async () => producer } };
  });
  afterEach(async () => {
    await stage.clear();
    for (const list of [lots, sent]) list.length = 0;
    for (const name of ['audit', 'dead_letters']) await stage.ledger.connection.collection(name).deleteMany({});
  });
  afterAll(() => stage.stop());

  const letters = () => stage.ledger.deadLetters.collection;
  const put = async (from: number, many: number, more: Partial<StoredDeadLetter> = {}) => {
    const made = Array.from({ length: many }, (_, n) => ({
      ...{ _id: idOf('x', from + n), reason: 'key_unknown', detail: '', topic: stage.topics.events('health') },
      ...{ partition: 0, offset: String(from + n), key: null, headers: {}, at: stage.clock(), replayedAt: null },
      original: stage.sealer.seal(Buffer.from(`letter ${from + n}`).toString('base64'), 'dead-letter'),
      ...more,
    }));
    await letters().insertMany(made as never[]);
  };
  const numbers = (from: number, many: number) => Array.from({ length: many }, (_, n) => `letter ${from + n}`);
  const until = async (id: string, status: string) => {
    const runner = createRunner(tools);
    for (let n = 0; n < 20 && (await findJob(stage.ledger, id)).status !== status; n++) {
      await runner.step(id);
      stage.state.now += 1_000;
    }
    return findJob(stage.ledger, id);
  };

  it('go back as one set, once a second person has approved it, and what came later stays', async () => {
    await put(1, MANY);
    await put(MANY + 1, 2, { original: null });
    await put(MANY + 3, 1, { reason: 'schema' });
    const { _id } = await askForLetters({ reason: 'key_unknown' }, 'noor', tools);
    const planned = await until(_id, 'planned');
    expect(planned.plan).toMatchObject({ found: MANY + 2, send: MANY, refused: { no_content: 2 } });
    stage.state.now += 1_000;
    await put(MANY + 4, 1);
    const says = { by: 'noor', because: BECAUSE };
    await expect(confirmJob(_id, { ...says, count: 3 }, tools)).rejects.toMatchObject({ code: 'count_differs' });
    const { job } = await confirmJob(_id, { ...says, count: MANY }, tools);
    expect(job.status).toBe('awaiting_approval');
    await expect(approveJob(_id, says, tools)).rejects.toMatchObject({ code: 'same_person' });
    await createRunner(tools).step(_id);
    expect(sent).toEqual([]);

    // Put back by hand meanwhile: not a second time.
    await letters().updateOne({ _id: idOf('x', 7) as never }, { $set: { replayedAt: stage.clock() } });
    await approveJob(_id, { by: 'adam', because: 'looked at a few' }, tools);
    const done = await until(_id, 'done');
    expect(done).toMatchObject({ done: MANY, started: MANY - 1, settled: MANY - 1 });
    expect(sent.toSorted()).toEqual(
      numbers(1, MANY)
        .filter((one) => one !== 'letter 7')
        .toSorted(),
    );
    expect(Math.max(...lots)).toBeLessThanOrEqual(200);
    expect(await countDeadLetters(stage, { reason: 'key_unknown', replayed: false })).toEqual({ found: 3, whole: 1 });
    const left: NotSent[] = [];
    for await (const page of notSent(done, stage.ledger)) left.push(...page);
    expect(left.map(({ delivery, stage: when }) => [delivery, when])).toEqual([
      [idOf('x', MANY + 1), 'refused'],
      [idOf('x', MANY + 2), 'refused'],
      [idOf('x', 7), 'moved_on'],
    ]);
    const acts = await auditOf(stage.ledger).find().sort({ _id: 1 }).toArray();
    expect(acts.map(({ act, actor }) => `${act} ${actor.id}`)).toEqual([
      'replay_dry_run noor',
      'replay noor',
      'replay_approve adam',
      'replay_end console',
    ]);
  });

  it('go back lot by lot, no more than were counted, and what no key opens stays where it is', async () => {
    await put(1, MANY);
    await letters().updateOne({ _id: idOf('x', 2) as never }, { $set: { original: 'gone.AAAA' } });
    const { ledger, sealer, clock } = stage;
    const most = MANY - 10;
    expect(await replayWaiting({ reason: 'key_unknown' }, most, { ledger, sealer, clock, producer })).toBe(most - 1);
    expect(lots).toEqual([199, 200, 40]);
    expect(await letters().countDocuments({ replayedAt: null })).toBe(11);
  });
});
