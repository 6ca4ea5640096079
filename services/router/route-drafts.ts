import type { AcceptedEvent } from '../shared/event/open-message.ts';
import { byId, type Ledger } from '../shared/ledger/index.ts';
import type { Decision, Delivery, Notification, Subscriber } from '../shared/ledger/types.ts';
import { tellOutcomes } from '../shared/outcomes.ts';
import { SIMULATED_WAIT_MS, simulatedWait } from '../shared/policy/simulated.ts';
import { decide, type Verdict } from './decide.ts';
import { type Receiver, withDelegates } from './delegates.ts';
import type { RouterDeps } from './deps.ts';
import { deliveriesOf, toNotice, withVerdict } from './notification.ts';
import { findDelegates, findSubscribers } from './people.ts';
import { storeDeliveries, storeNotifications } from './store.ts';

export type Draft = { accepted: AcceptedEvent; draft: Notification };
type Fresh = Draft & { known: Notification | null };

/**
 * Drafted notices → decisions stored, deliveries stored and on their lanes, ends told. `subscribers` may be given by
 * whoever has read them already. Returns how many are on their way and how many ended here.
 */
export async function routeDrafts(drafts: Draft[], deps: RouterDeps, now: Date, subscribers?: Map<string, Subscriber>) {
  if (drafts.length === 0) return { routed: 0, ended: 0 };
  const { fresh, repeated, duplicates } = await compareWithLedger(drafts, deps.ledger);
  const notices = fresh.map(({ draft }) => draft);
  const [people, receivers] = await Promise.all([
    subscribers ?? findSubscribers(notices, deps.ledger, now),
    findDelegates(notices, deps.ledger, now),
  ]);
  const { created, announced } = decideAll(fresh, people, receivers, deps, now);
  await storeNotifications(deps.ledger, created, announced);

  const all = [...created, ...announced, ...repeated];
  await publishDeliveries(
    all.flatMap((notification) => deliveriesOf(notification, now, deps.timing.queuePatienceMs)),
    deps,
  );
  const ended = all.filter(endedHere);
  const untold = ended.filter(({ outcomeTold }) => !outcomeTold);
  if (untold.length > 0)
    await tellOutcomes(
      untold.map((notification) => ({ notification, channels: channelsOf(notification) })),
      deps,
    );
  count([...created, ...announced], duplicates, deps);
  return { routed: all.length - ended.length, ended: ended.length };
}

/** No channel was open to it, so the router's verdict was its outcome; also when it is seen again after a crash. */
const endedHere = ({ decisions }: Notification): boolean => decisions.every(({ decision }) => decision === 'skip');

/** One query tells what is new, what a crash left half-done (same place in Kafka), and what is a duplicate. */
async function compareWithLedger(drafts: Draft[], ledger: Ledger) {
  const ids = drafts.map(({ draft }) => draft._id);
  const found = await ledger.notifications.find({ _id: { $in: ids } }).lean<Notification[]>();
  const known = new Map(found.map((notification) => [notification._id, notification]));
  const fresh: Fresh[] = [];
  const repeated: Notification[] = [];
  const duplicates: Notification[] = [];
  for (const { accepted, draft } of drafts) {
    const stored = known.get(draft._id) ?? null;
    if (!stored || stored.status === 'accepted') fresh.push({ accepted, draft, known: stored });
    else if (stored.position === draft.position) repeated.push(stored);
    else duplicates.push(stored);
  }
  if (duplicates.length > 0) {
    const again = byId(duplicates).map(({ _id }) => _id);
    await ledger.notifications.collection.updateMany({ _id: { $in: again } as never }, { $inc: { duplicates: 1 } });
  }
  return { fresh, repeated, duplicates };
}

function decideAll(
  fresh: Fresh[],
  subscribers: Map<string, Subscriber>,
  receivers: Map<string, Receiver[]>,
  { staleAfterMs }: RouterDeps,
  now: Date,
) {
  const created: Notification[] = [];
  const announced: Notification[] = [];
  for (const { accepted, draft, known } of fresh) {
    const notice = toNotice(accepted, draft, known?.cancelledAt != null);
    const rules = { now, staleAfterMs };
    const person = subscribers.get(draft.subscriberId) ?? null;
    const others = receivers.get(draft.subscriberId) ?? [];
    const verdict = simulateWait(
      withDelegates(decide(notice, person, rules), notice, person, others, rules),
      draft,
      now,
    );
    const decided = withVerdict(known ? { ...draft, acceptedAt: known.acceptedAt } : draft, verdict, now);
    (known ? announced : created).push(decided);
  }
  return { created, announced };
}

/** A simulated wait turns what would go at once into what is due in a moment. */
function simulateWait(verdict: Verdict, { simulate }: Notification, now: Date): Verdict {
  const reason = simulatedWait(simulate);
  if (!reason || verdict.kind !== 'route') return verdict;
  const dueAt = new Date(now.getTime() + SIMULATED_WAIT_MS);
  const wait = (decision: Decision): Decision =>
    decision.decision === 'send' ? { ...decision, decision: 'defer', reason, dueAt } : decision;
  return { ...verdict, decisions: verdict.decisions.map(wait) };
}

/** Stores deliveries, then puts the ids of those to be sent now on their channel's lane, in one produce. */
async function publishDeliveries(deliveries: Delivery[], { ledger, producer, topics }: RouterDeps): Promise<void> {
  await storeDeliveries(ledger, deliveries);
  const queued = deliveries.filter(({ status }) => status === 'queued');
  await producer.send(toLanes(queued, topics));
}

/** Deliveries as messages of ids on `notifyme.deliveries.<channel>.<lane>`, keyed by subscriber. */
export function toLanes(
  deliveries: Pick<Delivery, '_id' | 'notificationId' | 'subscriberId' | 'channel' | 'lane'>[],
  topics: RouterDeps['topics'],
) {
  const lanes = Map.groupBy(deliveries, ({ channel, lane }) => topics.deliveries(channel, lane));
  return [...lanes].map(([topic, items]) => ({
    topic,
    messages: items.map(({ _id, notificationId, subscriberId }) => ({
      key: subscriberId,
      value: JSON.stringify({ deliveryId: _id, notificationId }),
    })),
  }));
}

const channelsOf = ({ decisions }: Notification) =>
  decisions.map(({ channel, reason, mandateId }) => ({
    channel,
    status: 'skipped',
    ...(reason && { reason }),
    ...(mandateId && { to: 'delegate' as const }),
  }));

function count(decided: Notification[], duplicates: Notification[], { metrics, counters }: RouterDeps): void {
  for (const { entity, lane, test, status, decisions } of decided) {
    if (!test) counters?.flow({ channel: null, entity, lane }, 'accepted');
    metrics.routed.inc({ entity, result: status });
    for (const { channel, decision, reason } of decisions)
      metrics.decisions.inc({ channel, decision, reason: reason ?? 'none' });
  }
  for (const { entity } of duplicates) metrics.duplicates.inc({ entity });
}
