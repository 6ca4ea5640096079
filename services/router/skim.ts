import { type AcceptedEvent, openMessage } from '../shared/event/open-message.ts';
import type { IncomingMessage } from '../shared/kafka/consumer.ts';
import type { Notification } from '../shared/ledger/types.ts';
import type { RouterDeps } from './deps.ts';
import { draftOf, routeBatch } from './route.ts';

/**
 * What is so few events beyond the router's committed place is left to it: it has them in hand, or soon. Two that route
 * the same event at the same moment lose nothing, but tell its end twice.
 */
const NEAR = 300n;

/** Before this offset of a partition the router is done, as it has committed. */
export type RoutedUpTo = (topic: string, partition: number) => Promise<bigint>;

/**
 * Routes what is urgent of messages that the router has not come to yet, and leaves all else to it. The router comes to
 * these too and finds them done, so nothing depends on this: what is passed over here, or not seen, goes in order. Returns
 * how many it routed.
 */
export async function skimBatch(waiting: IncomingMessage[], entity: string, deps: RouterDeps): Promise<number> {
  const opened = await Promise.all(
    waiting.map((message) => openMessage(message, entity, { ...deps, sealer: deps.eventSealer })),
  );
  const urgent = opened.flatMap((item) => (item.kind === 'event' && mayOvertake(item.accepted) ? item.accepted : []));
  const fresh = await withoutTwins(urgent, deps);
  if (fresh.length > 0)
    await routeBatch(
      fresh.map(({ message }) => message),
      entity,
      deps,
    );
  return fresh.length;
}

/** Of a case each notice keeps its place: an older one must not find that a newer one has gone. */
const mayOvertake = ({ event, type }: AcceptedEvent): boolean =>
  type.lane === 'urgent' && event.correlationid === undefined;

/** Those messages of a partition that the router will not come to soon, by what it has committed. */
export async function farAhead(messages: IncomingMessage[], routedUpTo: RoutedUpTo): Promise<IncomingMessage[]> {
  const last = messages.at(-1);
  if (!last) return [];
  const far = (await routedUpTo(last.topic, last.partition)) + NEAR;
  return messages.filter(({ offset }) => BigInt(offset) >= far);
}

/**
 * The first of each notice, unless it was decided at another place of the topic: what stands twice is the router's to
 * count. What was decided at this very place is done again, since nobody knows whether all of it was.
 */
async function withoutTwins(urgent: AcceptedEvent[], deps: RouterDeps): Promise<AcceptedEvent[]> {
  if (urgent.length === 0) return [];
  const byNotice = new Map<string, { accepted: AcceptedEvent; position: string | null }>();
  for (const accepted of urgent) {
    const { _id, position } = draftOf(accepted, deps.blind, deps.sealer).draft;
    if (!byNotice.has(_id)) byNotice.set(_id, { accepted, position });
  }
  const decided = await deps.ledger.notifications
    .find({ _id: { $in: [...byNotice.keys()] }, status: { $ne: 'accepted' } })
    .select({ position: 1 })
    .lean<Pick<Notification, '_id' | 'position'>[]>();
  for (const { _id, position } of decided) if (byNotice.get(_id)?.position !== position) byNotice.delete(_id);
  return [...byNotice.values()].map(({ accepted }) => accepted);
}
