import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { at } from '../../services/shared/ledger/samples.ts';
import type { Notification } from '../../services/shared/ledger/types.ts';
import { replay } from '../support/replay.ts';
import { idOf, type Stage, startStage } from './console/stage.ts';

const [OLDER, NEWER] = [2, 1];
const ORDERED = { ordered: true, subscriberId: idOf('s', 1), contactId: idOf('c', 1) };
const WAITS = { status: 'deferred', reason: 'retry', segments: 1 } as const;

describe('the notices of a case', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.stop());

  const ofCase = (more: Partial<Notification>) => ({
    notification: { subscriberId: idOf('s', 1), correlationId: 'case-1', ...more },
  });
  const sentIds = () => stage.sent.map(({ notificationId }) => notificationId);

  it.each<[string, Partial<Notification>, Partial<Notification>]>([
    ['a sequence', { sequence: 1 }, { sequence: 2 }],
    ['only the time of the event', { eventTime: at(-60) }, { eventTime: at(-30) }],
  ])('with %s: an older one that waits for a retry does not go after a newer one', async (_, older, newer) => {
    await stage.seed(OLDER, { delivery: { ...ORDERED, ...WAITS, dueAt: at(60) }, ...ofCase(older) });
    await stage.seed(NEWER, { delivery: { ...ORDERED, ...WAITS, dueAt: at(0) }, ...ofCase(newer) });
    await stage.work();
    expect(sentIds()).toEqual([idOf('n', NEWER)]);
    stage.state.now += 60_000;
    await stage.work();
    expect(sentIds()).toEqual([idOf('n', NEWER)]);
    expect(await stage.delivery(OLDER)).toMatchObject({ status: 'superseded', reason: 'superseded' });
  });

  it('replayed together, an older one does not go after a newer one', async () => {
    await stage.seed(NEWER, { delivery: ORDERED, ...ofCase({ eventTime: at(-30) }) });
    await stage.seed(OLDER, { delivery: ORDERED, ...ofCase({ eventTime: at(-60) }) });
    expect(await replay({ entity: 'sijilat' }, stage.tools)).toBe(2);
    await stage.work();
    expect(sentIds()).toEqual([idOf('n', NEWER)]);
    expect(await stage.delivery(OLDER)).toMatchObject({ status: 'superseded', reason: 'superseded' });
  });

  describe.each(['sending', 'unknown'] as const)('the newer one being %s, as when its worker died', (status) => {
    const begin = async (more: Partial<Notification> = {}) => {
      const dueAt = status === 'unknown' ? at(30) : at(120);
      const newer = { ...ORDERED, status, claim: 'of-a-worker-that-died', onUnknown: 'hold', dueAt } as const;
      await stage.seed(NEWER, { delivery: newer, ...ofCase({ sequence: 2, ...more }) });
      await stage.seed(OLDER, { delivery: { ...ORDERED, ...WAITS, dueAt: at(0) }, ...ofCase({ sequence: 1 }) });
      await stage.work();
    };
    const becomes = (change: object) =>
      stage.ledger.deliveries.collection.updateOne({ _id: idOf('d', NEWER) as never }, { $set: change });

    it('an older one waits to see whether it went, and gives way when it did', async () => {
      await begin();
      expect(sentIds()).toEqual([]);
      expect(await stage.delivery(OLDER)).toMatchObject({
        ...{ status: 'deferred', reason: 'waiting_newer', attempts: [] },
        dueAt: status === 'unknown' ? at(31) : at(5),
      });
      await becomes({ status: 'sent' });
      await stage.ledger.notifications.updateOne({ _id: idOf('n', NEWER) }, { $set: { handedOffAt: at(1) } });
      stage.state.now += 31_000;
      await stage.work();
      expect(sentIds()).toEqual([]);
      expect(await stage.delivery(OLDER)).toMatchObject({ status: 'superseded' });
    });

    it('an older one goes when the newer turns out not to have gone', async () => {
      await begin();
      await becomes({ status: 'failed' });
      stage.state.now += 31_000;
      await stage.work();
      expect(sentIds()).toEqual([idOf('n', OLDER)]);
    });

    it('an older one of another case, or a newer one, does not wait', async () => {
      await begin({ sequence: 0 });
      expect(sentIds()).toEqual([idOf('n', OLDER)]);
    });
  });

  it('of another case, or without one, are not held back', async () => {
    await stage.seed(NEWER, { delivery: { ...ORDERED, ...WAITS, dueAt: at(0) }, ...ofCase({ sequence: 2 }) });
    await stage.seed(OLDER, {
      delivery: { ...ORDERED, ...WAITS, dueAt: at(1) },
      ...ofCase({ sequence: 1, correlationId: 'case-2' }),
    });
    await stage.seed(3, {
      delivery: { ...ORDERED, ordered: false, ...WAITS, dueAt: at(2) },
      ...ofCase({ correlationId: null, eventTime: at(-90) }),
    });
    for (let seconds = 0; seconds < 3; seconds++) {
      await stage.work();
      stage.state.now += 1_000;
    }
    expect(sentIds()).toEqual([NEWER, OLDER, 3].map((number) => idOf('n', number)));
  });
});
