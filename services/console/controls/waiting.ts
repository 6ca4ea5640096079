import type { PipelineStage } from 'mongoose';
import type { NamedProvider } from '../../shared/controls/providers.ts';
import { CODES } from '../../shared/controls/scope.ts';
import type { Ledger } from '../../shared/ledger/index.ts';
import type { ControlScope } from '../../shared/ledger/types.ts';

/** How many wait, and since when the oldest; `more` when there are more than were counted. */
export type Waiting = { count: number; codes: number; oldestAt: Date | null; more: boolean };
type Deliveries = Pick<Ledger, 'deliveries'>;

/** A count says how bad it is; beyond this the exact number adds nothing but load. */
const MOST_COUNTED = 100_000;

/** What a hold of this scope would meet at once: what is on a lane, or waits for its time. */
export const wouldWait = (scope: ControlScope, providers: NamedProvider[], ledger: Deliveries): Promise<Waiting> => {
  const { provider, ...about } = scope;
  const channel = providers.find(({ name }) => name === provider)?.channel;
  return countOf({ status: { $in: ['queued', 'deferred'] }, ...(channel && { channel }), ...about }, ledger);
};

/** What has been put aside for a control. */
export const waitingFor = (control: string, ledger: Deliveries): Promise<Waiting> =>
  countOf({ reason: 'paused', pausedBy: control, status: 'deferred' }, ledger);

/** What a drain still lets go: on a lane, or being sent, since before it began. */
export async function stillDraining(scope: ControlScope, since: Date, ledger: Deliveries): Promise<number> {
  const { provider: _, ...about } = scope;
  const filter = { status: { $in: ['queued', 'sending'] }, queuedAt: { $lte: since }, ...about };
  return (await countOf(filter, ledger)).count;
}

async function countOf(filter: object, { deliveries }: Deliveries): Promise<Waiting> {
  const isCode = { $and: [{ $eq: ['$entity', CODES.entity] }, { $eq: ['$lane', CODES.lane] }] };
  const stages = [
    { $match: filter },
    { $limit: MOST_COUNTED + 1 },
    {
      $group: {
        _id: null,
        count: { $sum: 1 },
        codes: { $sum: { $cond: [isCode, 1, 0] } },
        oldestAt: { $min: '$createdAt' },
      },
    },
  ] as PipelineStage[];
  const [found] = await deliveries.aggregate<{ count: number; codes: number; oldestAt: Date }>(stages);
  if (!found) return { count: 0, codes: 0, oldestAt: null, more: false };
  const { count, codes, oldestAt } = found;
  return { count: Math.min(count, MOST_COUNTED), codes, oldestAt, more: count > MOST_COUNTED };
}
