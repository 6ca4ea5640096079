import { expect, it } from '@jest/globals';
import { tellUntold } from '../../services/receipts/untold.ts';
import { at, NOON, sampleNotification } from '../../services/shared/ledger/samples.ts';
import type { Notification } from '../../services/shared/ledger/types.ts';
import { tellOutcomes } from '../../services/shared/outcomes.ts';
import { h, hex, outcomes, useScheduler } from './scheduler/bench.ts';

useScheduler();

it('a correction that is stored while its outcome is being told stays to be told', async () => {
  const notice = sampleNotification({
    ...{ _id: `n_${hex()}`, entity: 'office', status: 'not_reached', reason: 'unreachable_phone' },
    ...{ outcomeAt: NOON, outcomeTold: false, outcomeRevision: 0 },
  });
  const correction = { status: 'reached', reason: null, outcomeAt: at(1), outcomeRevision: 1, outcomeTold: false };
  await h.ledger.notifications.collection.insertOne({ ...notice } as never);
  const producer = {
    ...h.deps.producer,
    // Between telling and ticking off: late evidence changes the word.
    async send(batch: Parameters<typeof h.deps.producer.send>[0]) {
      await h.deps.producer.send(batch);
      await h.ledger.notifications.collection.updateOne({ _id: notice._id as never }, { $set: correction });
    },
  };
  await tellOutcomes([{ notification: notice, channels: [] }], { ...h.deps, producer });
  const stored = () => h.ledger.notifications.findById(notice._id).lean<Notification>();
  expect(await stored()).toMatchObject({ outcomeRevision: 1, outcomeTold: false });
  h.setClock(600);
  await tellUntold(h.deps);
  expect(outcomes(notice._id).map(({ status, revision }) => [status, revision])).toEqual([
    ['not_reached', 0],
    ['reached', 1],
  ]);
  expect((await stored())?.outcomeTold).toBe(true);
});
