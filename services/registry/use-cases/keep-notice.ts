import type { FeedbackValue } from '../../shared/ledger/types.ts';
import type { Caller, Context } from '../context.ts';
import { done, type Result, refuse } from '../result.ts';
import { type InboxItem, readNotice, visible } from './inbox.ts';

/** Puts a notice aside, or back. An officer's hand changes nothing. */
export const archive = (context: Context, caller: Caller, id: string, aside: boolean): Promise<Result<InboxItem>> =>
  change(context, caller, id, { archivedAt: aside ? context.now() : null });

/** Shows it as unread again. That it was opened once stays true: later steps are not taken up again. */
export const keepUnread = (context: Context, caller: Caller, id: string): Promise<Result<InboxItem>> =>
  change(context, caller, id, { keptUnread: true });

/**
 * What the person thinks of a notice. `wrong_person` is for operators to look at: the number that the entity gave may
 * be somebody else's. Nothing is told to anybody, and nothing about the person is stored with it.
 */
export async function giveFeedback(
  context: Context,
  caller: Caller,
  id: string,
  value: FeedbackValue,
): Promise<Result<InboxItem>> {
  const { ledger, metrics, now } = context;
  const read = await readNotice(context, caller, id);
  if (!read.ok || caller.by !== 'person') return read;
  const { entity, type } = read.value;
  await ledger.connection
    .collection<{ _id: string }>('feedback')
    .updateOne({ _id: id }, { $set: { entity, type, value, at: now() } }, { upsert: true });
  metrics.registrations.inc({ what: `feedback_${value}` });
  return change(context, caller, id, { feedback: value });
}

async function change(context: Context, caller: Caller, id: string, fields: object): Promise<Result<InboxItem>> {
  if (caller.by !== 'person') return readNotice(context, caller, id);
  const mine = { ...visible(context, caller), _id: { $eq: id } };
  const { matchedCount } = await context.ledger.notifications.updateOne(mine, { $set: fields });
  if (matchedCount === 0) return refuse('notification_unknown');
  const after = await readNotice(context, caller, id);
  return after.ok ? done(after.value) : after;
}
