import type { Catalogue } from '../../shared/catalogue.ts';
import type { Control, Delivery } from '../../shared/ledger/types.ts';
import { REPLAYABLE } from './query.ts';
import type { Foreseen, Refusal, ReplayPlan } from './types.ts';

const SAMPLE = 5;

export const emptyPlan = (): ReplayPlan => ({
  ...{ found: 0, send: 0, people: 0, sample: [], smsSegments: 0, smsUnmeasured: 0 },
  ...{ byReason: {}, byStatus: {}, byEntity: {}, byChannel: {}, refused: {}, later: {} },
});

/** Counts one delivery into the plan; gives why it is not sent, or null when it is. */
export function judge(plan: ReplayPlan, delivery: Delivery, foreseen: Foreseen, rules: JudgeRules): Refusal | null {
  plan.found++;
  count(plan.byReason, delivery.reason ?? 'none');
  count(plan.byStatus, delivery.status);
  count(plan.byEntity, delivery.entity);
  count(plan.byChannel, delivery.channel);
  const refusal = refusalOf(delivery, foreseen, rules);
  if (refusal) count(plan.refused, refusal);
  if (refusal) return refusal;
  if (foreseen.kind === 'later') count(plan.later, foreseen.reason);
  if (foreseen.kind === 'later' && foreseen.control) addWait(plan, foreseen.control);
  plan.send++;
  if (plan.sample.length < SAMPLE) plan.sample.push(delivery._id);
  plan.smsSegments += delivery.segments ?? 0;
  if (delivery.channel === 'sms' && delivery.segments === null) plan.smsUnmeasured++;
  return null;
}

export type JudgeRules = { catalogue: Pick<Catalogue, 'type'>; at: Date };

function refusalOf(delivery: Delivery, foreseen: Foreseen, { catalogue, at }: JudgeRules): Refusal | null {
  if (!REPLAYABLE.includes(delivery.status)) return standing(delivery);
  if (catalogue.type(delivery.type)?.type.replay === false) return 'never_replay';
  if (delivery.expiresAt <= at) return 'expired';
  return foreseen.kind === 'refuse' ? foreseen.reason : null;
}

/** Why one that did not fail is left alone. */
function standing({ status, reason }: Delivery): Refusal {
  switch (status) {
    case 'sent':
    case 'delivered':
      return 'already_delivered';
    case 'cancelled':
    case 'superseded':
      return status;
    case 'skipped':
      return reason ?? 'suppressed';
    default:
      return 'under_way';
  }
}

function addWait(plan: ReplayPlan, { _id: control, scope, because, until }: Control): void {
  plan.waits ??= [];
  const known = plan.waits.find((one) => one.control === control);
  if (known) known.count++;
  else plan.waits.push({ control, scope, because, until, count: 1 });
}

/** One more of it. */
export const count = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};
