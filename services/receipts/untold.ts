import type { Audience, Notification } from '../shared/ledger/types.ts';
import { tellOutcomes } from '../shared/outcomes.ts';
import type { Timing } from '../shared/timing.ts';
import { channelLines } from './outcome.ts';
import type { SettleDeps } from './settle.ts';
import { deliveriesOf, isWhole, WHOLE_WITHIN_MS } from './whole.ts';

export type UntoldDeps = SettleDeps & { timing: Pick<Timing, 'untoldAfterMs'> };

const BATCH = 500;

/** Outcomes that were stored by somebody who then died before telling them, those of audiences with their counts. */
export async function tellUntold(deps: UntoldDeps): Promise<boolean> {
  const before = new Date(deps.clock().getTime() - deps.timing.untoldAfterMs);
  const untold = await deps.ledger.notifications
    .find({ outcomeTold: false, outcomeAt: { $lte: before } })
    .limit(BATCH)
    .lean<Notification[]>();
  if (untold.length === 0) return false;
  const byNotice = await deliveriesOf(
    untold.map(({ _id }) => _id),
    deps.ledger,
  );
  const late = new Date(before.getTime() - WHOLE_WITHIN_MS);
  const ready = untold.filter((one) => one.outcomeAt! < late || isWhole(one, byNotice.get(one._id) ?? []));
  const audiences = await deps.ledger.audiences.find({ _id: { $in: untold.map(({ _id }) => _id) } }).lean<Audience[]>();
  const counts = new Map(audiences.map((audience) => [audience._id, audience.counts]));
  const tell = (notification: Notification) => ({
    notification,
    channels: channelLines(notification, byNotice.get(notification._id) ?? []),
    audience: counts.get(notification._id),
  });
  await tellOutcomes(ready.map(tell), deps);
  return untold.length === BATCH;
}
