import type { Counters } from '../shared/counters/record.ts';
import type { Attempt, Delivery, Notification } from '../shared/ledger/types.ts';
import type { Prepared } from './deps.ts';
import { verdictOf } from './failover/verdict.ts';
import type { SendResult } from './provider.ts';
import type { Result } from './store.ts';

/** Waits that the person, the entity or the plan of channels asked for: they say nothing about how fast we are. */
const ASKED_FOR: ReadonlySet<string | null> = new Set(['quiet_hours', 'scheduled', 'waiting_step', 'in_digest']);
const LOST: ReadonlySet<string> = new Set(['failed', 'expired']);

/** Counts what became of a chunk, for those who watch: `results` and `prepared` are in the same order. */
export function countResults(results: Result[], prepared: Prepared[], counters: Counters | undefined): void {
  if (!counters) return;
  for (const [i, result] of results.entries()) {
    const { delivery, change } = result;
    if (delivery.test) continue;
    const { channel, entity, lane } = delivery;
    const key = { channel, entity, lane };
    for (const attempt of [...(result.earlier ?? []), result.attempt])
      if (attempt) countCall(delivery, attempt, counters);
    if (LOST.has(change.status)) counters.flow(key, 'failed');
    if (change.status !== 'sent') continue;
    counters.flow(key, 'sent');
    const item = prepared[i];
    const notification = item?.kind === 'send' ? item.loaded.notification : null;
    if (notification && change.sentAt && wasPrompt(delivery, notification))
      counters.handoff(key, change.sentAt.getTime() - notification.acceptedAt.getTime());
  }
}

function countCall({ channel }: Delivery, { provider, result, reason }: Attempt, counters: Counters): void {
  const { error } = verdictOf({ kind: result, reason } as SendResult);
  counters.call({ channel, provider }, error > 0);
}

/** Nobody asked for it to wait, and it is not sent again. */
const wasPrompt = (
  { reason, replays, channel, contactId }: Delivery,
  { decisions, notBefore }: Notification,
): boolean =>
  replays === 0 &&
  notBefore === null &&
  !ASKED_FOR.has(reason) &&
  !decisions.some((one) => one.decision === 'defer' && one.channel === channel && one.contactId === contactId);
