import { randomUUID } from 'node:crypto';
import type { EventType, NotifyMeEvent } from '../../contracts/generated/types.ts';
import type { NotificationStatus, Reason } from '../../contracts/status.ts';
import type { TypeEntry } from '../shared/catalogue.ts';
import type { AcceptedEvent } from '../shared/event/open-message.ts';
import type { Audience, Notification, Subscriber } from '../shared/ledger/types.ts';
import { tellOutcomes } from '../shared/outcomes.ts';
import { segmentFilter } from '../shared/policy/segments.ts';
import type { RouterDeps } from './deps.ts';
import { draftNotification } from './notification.ts';
import { type Draft, routeDrafts } from './route-drafts.ts';

const PAGE = 500;
/** A page takes a second or two. Whoever takes over a slow one too early only repeats it. */
const LEASE_MS = 15_000;

/**
 * Spreads one page of one audience notice: claim, read the next people by id, route them, move the checkpoint; the last
 * page, or a stop by its entity, ends the notice with its one outcome. A crash repeats at most a page, and repeating a
 * page changes nothing. Returns false when nothing was to be done.
 */
export async function spreadPage(deps: RouterDeps, pageSize = PAGE): Promise<boolean> {
  const now = deps.clock();
  const audience = await claimAudience(deps, now);
  if (!audience) return false;
  if (audience.status === 'stopped') await endAudience(audience, deps, now);
  else await spreadNext(audience, deps, now, pageSize);
  return true;
}

async function spreadNext(audience: Audience, deps: RouterDeps, now: Date, pageSize: number): Promise<void> {
  await deps.ledger.audiences.collection.updateOne(
    { _id: audience._id as never, status: 'waiting' },
    { $set: { status: 'spreading' } },
  );
  const filter = segmentFilter(audience.segment);
  const event = openEvent(audience, deps);
  if (!event) return endAudience(audience, deps, now, { status: 'rejected', reason: 'invalid_event' });
  const { draft, peoplePerSecond = Infinity } = event;
  const size = Math.min(pageSize, peoplePerSecond);
  const people = filter
    ? await deps.ledger.subscribers
        .find({ ...filter, _id: { $gt: audience.checkpoint } })
        .sort({ _id: 1 })
        .limit(size)
        .lean<Subscriber[]>()
    : [];
  const known = new Map(people.map((person) => [person._id, person]));
  const { routed, ended } = await routeDrafts(people.map(draft), deps, now, known);
  const moved = await moveOn(
    audience,
    { people: people.length, routed, notReached: ended },
    people.at(-1)?._id,
    deps,
    new Date(now.getTime() + (people.length / peoplePerSecond) * 1000),
  );
  if (moved && people.length < size) await endAudience(moved, deps, now);
}

/** One that was stopped is ended at once, unless a page of it is under way. */
const claimAudience = ({ ledger }: RouterDeps, now: Date): Promise<Audience | null> =>
  ledger.audiences
    .findOneAndUpdate(
      {
        $or: [
          { status: { $in: ['waiting', 'spreading', 'stopped'] }, dueAt: { $lte: now } },
          { status: 'stopped', claim: null, dueAt: { $ne: null } },
        ],
      },
      { $set: { claim: randomUUID(), dueAt: new Date(now.getTime() + LEASE_MS) } },
      { sort: { dueAt: 1 }, returnDocument: 'after' },
    )
    .lean<Audience | null>();

/**
 * Opens the event once for a page; the drafts of its people differ in nothing but the person. Null when its type has left
 * the catalogue: trying again would not bring it back.
 */
function openEvent(audience: Audience, { sealer, catalogue }: RouterDeps) {
  const event = JSON.parse(sealer.open(audience.event, 'data')) as NotifyMeEvent;
  const entry = catalogue.type(event.type);
  if (!entry) return null;
  const accepted = acceptedAgain(event, entry, audience);
  const draft = (person: Subscriber): Draft => ({
    accepted,
    draft: { ...draftNotification(accepted, person._id, sealer), audienceOf: audience._id },
  });
  const { peoplePerSecond } = entry.type as EventType;
  return { draft, peoplePerSecond };
}

function acceptedAgain(event: NotifyMeEvent, { entity, type }: TypeEntry, audience: Audience): AcceptedEvent {
  const { _id, segment, acceptedAt, test } = audience;
  const place = { topic: 'audience', partition: 0, offset: _id, key: null, value: null, headers: {}, at: acceptedAt };
  const subject = { kind: 'audience', scheme: 'audience', number: segment, canonical: event.subject } as const;
  return { ok: true, event, entity, type, subject, message: place, test, traceparent: event.traceparent ?? null };
}

/** The checkpoint moves with the counts in one update, also when the notice was stopped or paused meanwhile. */
const moveOn = (
  { _id, claim, counts, checkpoint }: Audience,
  page: Audience['counts'],
  last: string | undefined,
  { ledger }: RouterDeps,
  dueAt: Date,
): Promise<Audience | null> =>
  ledger.audiences
    .findOneAndUpdate(
      { _id, claim },
      {
        $set: {
          checkpoint: last ?? checkpoint,
          counts: {
            people: counts.people + page.people,
            routed: counts.routed + page.routed,
            notReached: counts.notReached + page.notReached,
          },
          dueAt,
          claim: null,
        },
      },
      { returnDocument: 'after' },
    )
    .lean<Audience | null>();

/** The outcome is stored once, then told; only then is the audience done, so that a crash before it comes back here. */
async function endAudience(
  audience: Audience,
  deps: RouterDeps,
  now: Date,
  end: End = outcomeOf(audience),
): Promise<void> {
  const { notifications, audiences } = deps.ledger;
  const notification = await notifications
    .findOneAndUpdate(
      { _id: audience._id, outcomeAt: null },
      { $set: { ...end, outcomeAt: now, outcomeTold: false } },
      { returnDocument: 'after' },
    )
    .lean<Notification | null>();
  if (notification) await tellOutcomes([{ notification, channels: [], audience: audience.counts }], deps);
  await audiences.collection.updateOne(
    { _id: audience._id as never, status: { $in: ['waiting', 'spreading', 'paused'] } },
    { $set: { status: 'done' } },
  );
  await audiences.collection.updateOne({ _id: audience._id as never }, { $set: { dueAt: null, claim: null } });
}

type End = { status: NotificationStatus; reason: Reason | null };

function outcomeOf({ status, counts }: Audience): End {
  if (status === 'stopped') return { status: 'cancelled', reason: 'cancelled' };
  if (counts.people === 0) return { status: 'not_reached', reason: 'no_subscriber' };
  if (counts.routed === 0) return { status: 'not_reached', reason: 'no_contact' };
  return { status: counts.notReached === 0 ? 'reached' : 'partly_reached', reason: null };
}
