import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NotifyMeEvent } from '../../../contracts/generated/types.ts';
import { eventually } from '../../../deploy/local/demo/eventually.ts';
import { entityOf } from '../../../deploy/local/demo/story.ts';
import { type Ledger, retryTransient } from '../../../services/shared/ledger/index.ts';
import type { Delivery, Notification } from '../../../services/shared/ledger/types.ts';
import { type Answer, ask, type Json } from './ask.ts';
import type { Stage } from './stage.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', 'contracts', 'examples', 'valid');

/** The example event of this name for this recipient, with an id of its own; `change` wins over both. */
export function eventOf(example: string, subject: string, change: Partial<NotifyMeEvent> = {}): NotifyMeEvent {
  const {
    sequence: _,
    correlationid: __,
    ...event
  } = JSON.parse(readFileSync(join(EXAMPLES, `${example}.json`), 'utf8')) as NotifyMeEvent;
  return { ...event, id: randomUUID(), time: new Date().toISOString(), subject, ...change };
}

/** Publishes by HTTP as the event's entity; gives the notification's id. */
export async function publish(stage: Stage, event: NotifyMeEvent): Promise<string> {
  return (await stage.entities.publish(event, 'http')).notificationId!;
}

/** POST /v1/events as it is, with the key of the event's entity or of another. */
export async function post(
  stage: Stage,
  body: unknown,
  { entity, type = 'application/cloudevents+json', headers = {} }: PostOptions,
): Promise<Answer> {
  const authorization = `Bearer ${await stage.entities.key(entity)}`;
  return ask(stage.url, 'POST', '/v1/events', body, { authorization, 'content-type': type, ...headers });
}
type PostOptions = { entity: string; type?: string; headers?: Record<string, string> };

/** The story of a notice, as its entity reads it. */
export async function storyOf(stage: Stage, id: string, entity: string): Promise<Json> {
  const authorization = `Bearer ${await stage.entities.key(entity)}`;
  return (await ask(stage.url, 'GET', `/v1/notifications/${id}`, undefined, { authorization })).body;
}

/** The notification once it has its outcome. */
export const outcomeOf = ({ runtime }: Stage, id: string, deadlineMs = 20_000): Promise<Notification> =>
  eventually(
    `the outcome of ${id}`,
    () => runtime.ledger.notifications.findOne({ _id: id, outcomeAt: { $ne: null } }).lean<Notification>(),
    deadlineMs,
  );

export const deliveriesOf = ({ runtime }: Stage, id: string): Promise<Delivery[]> =>
  runtime.ledger.deliveries.find({ notificationId: id }).sort({ channel: 1 }).lean<Delivery[]>();

/** A window of quiet hours around now ends with a full minute, at most so far ahead. */
const LONGEST_WAIT_MS = 80_000;

/** The one delivery of a notice on a channel, once it is in one of these states. */
export const deliveryIn = ({ runtime }: Stage, id: string, channel: string, ...statuses: string[]): Promise<Delivery> =>
  eventually(
    `the ${channel} delivery of ${id} to be ${statuses.join(' or ')}`,
    () =>
      runtime.ledger.deliveries
        .findOne({ notificationId: id, channel, status: { $in: statuses } } as object)
        .lean<Delivery>(),
    LONGEST_WAIT_MS,
  );

/** What waits becomes due at once: hours of waiting are not spent in a test. */
export const hasten = ({ runtime }: Stage, ...ids: string[]): Promise<void> =>
  makeDue(runtime.ledger, { notificationId: { $in: ids }, status: { $in: ['deferred', 'unknown'] } });

/** The same for any deliveries, while workers may be writing to them. */
export async function makeDue({ deliveries }: Ledger, waiting: object): Promise<void> {
  await retryTransient(() => deliveries.collection.updateMany(waiting, { $set: { dueAt: new Date() } }), 8);
}

/** Publishes with a date to come, puts other data in the place of the event's, as an older schema might have let in, and sends it. */
export async function publishStored(stage: Stage, event: NotifyMeEvent, data: object): Promise<string> {
  const id = await publish(stage, { ...event, notbefore: new Date(Date.now() + 3_600_000).toISOString() });
  await eventually('deliveries that wait', async () =>
    (await stage.runtime.ledger.deliveries.countDocuments({ notificationId: id, status: 'deferred' })) > 0
      ? true
      : null,
  );
  await replaceData(stage, id, data);
  await hasten(stage, id);
  return id;
}

/** Publishes with a date to come; its deliveries wait when this returns. */
export async function publishWaiting(stage: Stage, event: NotifyMeEvent): Promise<string> {
  const id = await publish(stage, { ...event, notbefore: new Date(Date.now() + 3_600_000).toISOString() });
  await eventually('deliveries that wait', async () =>
    (await stage.runtime.ledger.deliveries.countDocuments({ notificationId: id, status: 'deferred' })) > 0
      ? true
      : null,
  );
  return id;
}

/** Seals other data into a stored notification. */
export async function replaceData({ runtime }: Stage, id: string, data: object): Promise<void> {
  const sealed = runtime.sealer.seal(JSON.stringify(data), 'data');
  await runtime.ledger.notifications.collection.updateOne({ _id: id as never }, { $set: { data: sealed } });
}

/** The short reference that every message of a notice carries. */
export function referenceOf(id: string): string {
  const digits = id.slice(2, 10).toUpperCase();
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
}

/** What arrived for a notice, by channel. */
export function arrivedOf({ outbox }: Stage, id: string) {
  const reference = referenceOf(id);
  return {
    sms: outbox.sms().filter(({ text }) => text.includes(reference)),
    mail: outbox.mail().filter(({ text }) => text.includes(reference)),
    push: outbox.push().filter(({ payload }) => payload.includes(id)),
  };
}

export { entityOf, eventually };
