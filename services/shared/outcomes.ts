import type { Outcome } from '../../contracts/generated/types.ts';
import type { Producer } from './kafka/producer.ts';
import type { Ledger } from './ledger/index.ts';
import type { Notification } from './ledger/types.ts';
import type { Metrics } from './metrics.ts';
import type { Topics } from './topics.ts';

export type TellDeps = { ledger: Ledger; producer: Producer; topics: Topics; metrics: Metrics };
export type Telling = { notification: Notification; channels: Outcome['channels']; audience?: Outcome['audience'] };

/** The outcome message of a notification that has one; it names the event, never the person. */
export function toOutcome({ notification, channels, audience }: Telling): Outcome {
  return {
    notificationId: notification._id,
    source: notification.source,
    eventId: notification.eventId,
    type: notification.type,
    ...(notification.correlationId && { correlationId: notification.correlationId }),
    status: notification.status as Outcome['status'],
    ...(notification.reason && { reason: notification.reason }),
    channels,
    at: (notification.outcomeAt ?? notification.acceptedAt).toISOString(),
    test: notification.test,
    revision: notification.outcomeRevision,
    ...(audience && { audience }),
  };
}

/**
 * Tells stored outcomes to their entities in one produce and remembers that they are told. When it fails half-way the
 * sweep of untold outcomes tells them again; readers recognise a repetition by notification id and revision.
 */
export async function tellOutcomes(
  tellings: Telling[],
  { ledger, producer, topics, metrics }: TellDeps,
): Promise<void> {
  const own = tellings.filter(({ notification }) => notification.audienceOf === null);
  const byEntity = Map.groupBy(own, ({ notification }) => notification.entity);
  await producer.send(
    [...byEntity].map(([entity, items]) => ({
      topic: topics.outcomes(entity),
      messages: items.map((item) => ({ key: item.notification._id, value: JSON.stringify(toOutcome(item)) })),
    })),
  );
  // A correction that was stored meanwhile is not told yet, and must not count as told.
  for (const [outcomeRevision, items] of Map.groupBy(tellings, ({ notification }) => notification.outcomeRevision)) {
    const ids = items.map(({ notification }) => notification._id).sort();
    await ledger.notifications.collection.updateMany(
      { _id: { $in: ids } as never, outcomeRevision },
      { $set: { outcomeTold: true } },
    );
  }
  for (const { notification } of own)
    metrics.outcomes.inc({ entity: notification.entity, status: notification.status });
}
