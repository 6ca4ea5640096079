import { type Span, SpanKind } from '@opentelemetry/api';
import type { Blind } from '../shared/crypto/blind.ts';
import type { Sealer } from '../shared/crypto/field.ts';
import { deadLetter } from '../shared/dead-letters.ts';
import { type AcceptedEvent, type OpenedMessage, openMessage } from '../shared/event/open-message.ts';
import type { IncomingMessage } from '../shared/kafka/consumer.ts';
import { tellOutcomes } from '../shared/outcomes.ts';
import { beginSpan } from '../shared/trace.ts';
import { announceAudiences } from './audience.ts';
import type { RouterDeps } from './deps.ts';
import { draftNotification } from './notification.ts';
import { rejectionOf } from './reject.ts';
import { type Draft, routeDrafts } from './route-drafts.ts';

/**
 * The story of the router: a batch of one entity's events becomes stored decisions and published deliveries.
 * Nothing is committed before all of it is done; doing it again changes nothing.
 */
export async function routeBatch(messages: IncomingMessage[], entity: string, deps: RouterDeps): Promise<void> {
  const now = deps.clock();
  const opened = await openAll(messages, entity, deps);
  const spans = beginSpans(opened, entity);
  const refused = opened.filter((item) => item.kind === 'refused');
  const { people, audiences, again } = draftAll(opened, deps);

  await routeDrafts(people, deps, now);
  await countAgain(again, entity, deps);
  await announceAudiences(audiences, deps, now);
  await tellRejections(refused, entity, deps, now);
  await deadLetter(refused, deps, now);
  deps.metrics.routed.inc({ entity, result: 'refused' }, refused.length);
  for (const span of spans) span.end();
}

/** One span an event, under the trace that it came with; what follows goes on under it. */
function beginSpans(opened: OpenedMessage[], entity: string): Span[] {
  return opened.flatMap((item) => {
    if (item.kind !== 'event') return [];
    const { span, traceparent } = beginSpan('router.route', SpanKind.CONSUMER, [item.accepted.traceparent], {
      'notifyme.entity': entity,
    });
    item.accepted.traceparent = traceparent;
    return [span];
  });
}

const openAll = (messages: IncomingMessage[], entity: string, deps: RouterDeps): Promise<OpenedMessage[]> =>
  Promise.all(messages.map((message) => openMessage(message, entity, { ...deps, sealer: deps.eventSealer })));

/** One draft a notice, also when the batch holds its event twice; audiences go their own way. */
function draftAll(opened: OpenedMessage[], { blind, sealer }: RouterDeps) {
  const drafts = new Map<string, Draft>();
  const again: string[] = [];
  for (const item of opened) {
    if (item.kind !== 'event') continue;
    const draft = draftOf(item.accepted, blind, sealer);
    if (drafts.has(draft.draft._id)) again.push(draft.draft._id);
    else drafts.set(draft.draft._id, draft);
  }
  const { people = [], audiences = [] } = Object.groupBy(drafts.values(), ({ accepted }) =>
    accepted.subject.kind === 'audience' ? 'audiences' : 'people',
  );
  return { people, audiences, again };
}

/** Events that stood twice in one batch are duplicates like any other. */
async function countAgain(ids: string[], entity: string, { ledger, metrics }: RouterDeps): Promise<void> {
  if (ids.length === 0) return;
  const sorted = [...new Set(ids)].sort();
  await ledger.notifications.collection.updateMany({ _id: { $in: sorted } as never }, { $inc: { duplicates: 1 } });
  metrics.duplicates.inc({ entity }, ids.length);
}

/** An event as a draft of its notice. */
export const draftOf = (accepted: AcceptedEvent, blind: Blind, sealer: Sealer): Draft => ({
  accepted,
  draft: draftNotification(accepted, blind.subscriberId(accepted.subject.canonical), sealer),
});

async function tellRejections(refused: Refused[], entity: string, deps: RouterDeps, now: Date): Promise<void> {
  const rejections = refused.flatMap((item) => rejectionOf(item, entity, deps.blind, now) ?? []);
  if (rejections.length === 0) return;
  await tellOutcomes(
    rejections.map((notification) => ({ notification, channels: [] })),
    deps,
  );
}

type Refused = Extract<OpenedMessage, { kind: 'refused' }>;
