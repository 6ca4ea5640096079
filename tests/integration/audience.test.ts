import { describe, expect, it } from '@jest/globals';
import { tellUntold } from '../../services/receipts/untold.ts';
import { routeBatch } from '../../services/router/route.ts';
import { notificationId } from '../../services/shared/ids.ts';
import { at } from '../../services/shared/ledger/samples.ts';
import type { Notification } from '../../services/shared/ledger/types.ts';
import { Crash, crashAfter } from '../support/crashing.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';
import {
  announce,
  audience,
  COUNTS,
  clock,
  expectDone,
  h,
  LEASE,
  members,
  outcomes,
  pass,
  spread,
  spreadAll,
  useAudience,
} from './audience/bench.ts';

useAudience();

describe('an audience notice', () => {
  it('reaches each person once over several pages and ends in one outcome with the counts', async () => {
    const { id } = await announce();
    await spreadAll();
    await expectDone(id);
    const told = h.told(h.topics.outcomes('office')).map(({ notificationId }) => notificationId);
    expect((await members(id)).filter(({ _id }) => told.includes(_id))).toEqual([]);
  });

  it('comes to the same when the process dies after any step of any page', async () => {
    const dryRun = await announce();
    const steps: number[] = [];
    for (let more = true; more; ) {
      const counted = crashAfter(h.deps);
      more = await spread(counted.deps);
      steps.push(counted.steps());
    }
    await expectDone(dryRun.id);
    await h.ledger.audiences.deleteMany({});
    for (const [page, count] of steps.entries()) {
      for (let step = 1; step <= count; step++) {
        const { id } = await announce();
        for (let before = 0; before < page; before++) await spread();
        await expect(spread(crashAfter(h.deps, step).deps)).rejects.toThrow(Crash);
        pass(LEASE);
        await spreadAll();
        await tellUntold({ ...h.deps, clock: () => at(clock + 3600) });
        const told = new Set(outcomes(id).map((one) => JSON.stringify(one)));
        expect([page, step, await audience(id)]).toMatchObject([page, step, { status: 'done', counts: COUNTS }]);
        expect([page, step, told.size]).toEqual([page, step, 1]);
        expect(outcomes(id)[0]).toMatchObject({ audience: COUNTS });
        expect(await members(id)).toHaveLength(10);
        await h.ledger.audiences.deleteMany({});
      }
    }
  }, 120_000);

  it('C17 is counted once when its event comes again, before or after its end', async () => {
    const { id, event } = await announce();
    await announce({}, event);
    await spreadAll();
    await announce({}, event);
    await spreadAll();
    await expectDone(id);
    expect((await h.ledger.notifications.findById(id).lean<Notification>())?.duplicates).toBe(2);
  });

  it('waits for its scheduled time', async () => {
    const { id } = await announce({ notbefore: at(clock + 600).toISOString() });
    expect(await spread()).toBe(false);
    pass(600);
    await spreadAll();
    await expectDone(id);
  });

  it('for a segment that nobody is in has reached nobody', async () => {
    const subject = 'audience:companies';
    const event = h.event({ type: TYPES.campaign, subject });
    await routeBatch([await h.message(event, 1_000)], 'office', h.deps);
    await spreadAll();
    const id = notificationId('/office', String(event.id), h.deps.blind.subscriberId(subject));
    expect(outcomes(id)).toMatchObject([{ status: 'not_reached', reason: 'no_subscriber', audience: { people: 0 } }]);
  });

  it('is spread by two at once without anybody being counted twice', async () => {
    const { id } = await announce();
    await Promise.all([1, 2, 3].map(spreadAll));
    await spreadAll();
    await expectDone(id);
  });
});
