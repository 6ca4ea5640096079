import type { BilingualText } from '../../../contracts/generated/types.ts';
import type { Decision, FeedbackValue, Notification } from '../../shared/ledger/types.ts';
import type { Caller, Context } from '../context.ts';
import { EVERYTHING, type InboxFilter } from '../input/inbox-query.ts';
import { type PageInput, writeCursor } from '../input/page.ts';
import { done, type Result, refuse } from '../result.ts';
import { viewReason } from '../views.ts';
import { conditionsOf } from './inbox-filter.ts';

export type InboxItem = {
  id: string;
  entity: string;
  entityTitle: BilingualText | null;
  type: string;
  title: BilingualText | null;
  category: string;
  mandatory: boolean;
  status: Notification['status'];
  reason: ReturnType<typeof viewReason>;
  correlationId: string | null;
  acceptedAt: Date;
  readAt: Date | null;
  /** False while it is to be shown as new. */
  read: boolean;
  archivedAt: Date | null;
  feedback: FeedbackValue | null;
  decisions: DecisionView[];
  /** What the notice is about; null for an officer and for one-time codes. */
  data: Record<string, unknown> | null;
};

/** `to` is there only where it was about a delegate, whose contact is not the person's to see. */
export type DecisionView = Pick<Decision, 'channel' | 'step' | 'decision' | 'contactId' | 'dueAt'> & {
  reason: ReturnType<typeof viewReason>;
  to?: 'delegate';
};

export type InboxPage = { items: InboxItem[]; next: string | null };

/** A page of the caller's notices, newest first. */
export async function readInbox(
  context: Context,
  caller: Caller,
  { limit, after, filter = EVERYTHING }: PageInput & { filter?: InboxFilter },
): Promise<Result<InboxPage>> {
  const { notifications } = context.ledger;
  const older = after && {
    acceptedAt: { $lte: after.at },
    $or: [{ acceptedAt: { $lt: after.at } }, { _id: { $lt: after.id } }],
  };
  const found = await notifications
    .find({ $and: [visible(context, caller), older ?? {}, ...conditionsOf(context.catalogue, filter)] })
    .sort({ acceptedAt: -1, _id: -1 })
    .limit(limit + 1)
    .lean<Notification[]>();
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return done({
    items: shown.map((one) => viewNotification(context, caller, one)),
    next: last ? writeCursor(last.acceptedAt, last._id) : null,
  });
}

/** One notice; the first reading by the person is remembered. */
export async function readNotice(context: Context, caller: Caller, id: string): Promise<Result<InboxItem>> {
  const { notifications } = context.ledger;
  const found = await notifications.findOne({ ...visible(context, caller), _id: { $eq: id } }).lean<Notification>();
  return found ? done(viewNotification(context, caller, found)) : refuse('notification_unknown');
}

/** Marks a notice as read by the person, and its later steps need not be taken; an officer's look does not count. */
export async function markRead(context: Context, caller: Caller, id: string): Promise<Result<InboxItem>> {
  const { ledger, metrics, now } = context;
  const unread = { ...visible(context, caller), _id: { $eq: id }, readAt: null };
  if (caller.by === 'person') {
    const at = now();
    const again = { ...visible(context, caller), _id: { $eq: id }, keptUnread: true };
    await ledger.notifications.updateOne(again, { $set: { keptUnread: false } });
    const { modifiedCount } = await ledger.notifications.updateOne(unread, { $set: { readAt: at } });
    if (modifiedCount > 0) {
      metrics.registrations.inc({ what: 'notice_read' });
      await skipWaitingSteps(context, id, at);
    }
  }
  return readNotice(context, caller, id);
}

/**
 * Steps that still wait end at once, and are due so that the outcome is worked out. Those that a crash leaves here, or
 * that are on their way already, are stopped at the moment of sending by the same `readAt`.
 */
async function skipWaitingSteps({ ledger }: Context, notificationId: string, at: Date): Promise<void> {
  await ledger.deliveries.updateMany(
    { notificationId: { $eq: notificationId }, status: 'deferred', step: { $gt: 0 } },
    { $set: { status: 'skipped', reason: 'reached_earlier', dueAt: at, updatedAt: at } },
  );
}

/**
 * The register's own codes prove that the person holds the phone. In the inbox they would prove nothing and give a
 * stranger's number away, so they never show there.
 */
export function visible({ catalogue }: Pick<Context, 'catalogue'>, caller: Caller) {
  const direct = catalogue.entities.flatMap(({ types }) => types.filter((type) => type.directToContact));
  return { subscriberId: { $eq: caller.subscriberId }, type: { $nin: direct.map(({ type }) => type) } };
}

function viewNotification({ catalogue, sealer }: Context, { by }: Caller, stored: Notification): InboxItem {
  const entry = catalogue.type(stored.type);
  const { entity, type, category, mandatory, status, correlationId, acceptedAt, readAt } = stored;
  const shown = by === 'person' && entry?.type.replay !== false;
  return {
    id: stored._id,
    entity,
    entityTitle: entry?.entity.title ?? null,
    type,
    title: entry?.type.title ?? null,
    category,
    mandatory,
    status,
    reason: viewReason(stored.reason),
    correlationId,
    acceptedAt,
    readAt,
    read: readAt !== null && stored.keptUnread !== true,
    archivedAt: stored.archivedAt ?? null,
    feedback: stored.feedback ?? null,
    decisions: stored.decisions.map(viewDecision),
    data: shown ? JSON.parse(sealer.open(stored.data, 'data')) : null,
  };
}

const viewDecision = ({ channel, step, decision, reason, contactId, dueAt, mandateId }: Decision): DecisionView => ({
  ...{ channel, step, decision, reason: viewReason(reason), dueAt },
  ...(mandateId ? { contactId: null, to: 'delegate' } : { contactId }),
});
