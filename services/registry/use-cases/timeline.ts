import type { Channel, DeliveryStatus } from '../../../contracts/status.ts';
import { maskAddress } from '../../shared/address/mask.ts';
import type { Delivery, Notification } from '../../shared/ledger/types.ts';
import { findMandates } from '../../shared/mandates.ts';
import type { Caller, Context } from '../context.ts';
import { done, type Result, refuse } from '../result.ts';
import { viewReason } from '../views.ts';
import { readNotice } from './inbox.ts';

/** One thing that happened to a notice; `to` is the contact, masked. */
export type TimelineEntry = {
  what: 'accepted' | 'read' | 'cancelled' | DeliveryStatus;
  channel: Channel | null;
  to: string | null;
  reason: ReturnType<typeof viewReason>;
  at: Date | null;
  /** It went, or would have gone, to a delegate: their number but for its last four digits; `*` once that is not known. */
  delegate?: string;
};

export type Timeline = { sensitivity: Notification['sensitivity']; entries: TimelineEntry[] };

/** What was sent where, and why not, for one notice of the caller; in the order in which it happened. */
export async function readTimeline(context: Context, caller: Caller, id: string): Promise<Result<Timeline>> {
  const { ledger, subscribers } = context;
  const shown = await readNotice(context, caller, id);
  if (!shown.ok) return shown;
  const [notice, deliveries, subscriber] = await Promise.all([
    ledger.notifications.findOne({ _id: { $eq: id } }).lean<Notification>(),
    ledger.deliveries.find({ notificationId: { $eq: id } }).lean<Delivery[]>(),
    subscribers.find(caller.subscriberId),
  ]);
  if (!notice) return refuse('notification_unknown');
  const masked = new Map(
    (subscriber?.contacts ?? []).map((one) => [
      one.id,
      maskAddress(one.kind, context.sealer.open(one.address, 'address')),
    ]),
  );
  const delegates = await delegatesOf(context, notice, deliveries);
  return done({ sensitivity: notice.sensitivity, entries: entriesOf(notice, deliveries, masked, delegates) });
}

/** Who else it was for, by mandate, masked; a delegate's address is never shown to the person. */
async function delegatesOf({ ledger, sealer }: Context, notice: Notification, deliveries: Delivery[]) {
  const ids = [...notice.decisions, ...deliveries].flatMap(({ mandateId }) => mandateId ?? []);
  const mandates = await findMandates(ledger, ids);
  return (mandateId: string | undefined) => {
    if (!mandateId) return {};
    const sealed = mandates.get(mandateId)?.delegate;
    return { delegate: sealed ? `*${sealer.open(sealed, 'subject').slice(-4)}` : '*' };
  };
}

function entriesOf(
  notice: Notification,
  deliveries: Delivery[],
  masked: Map<string, string>,
  delegateBy: (mandateId: string | undefined) => { delegate?: string },
): TimelineEntry[] {
  const accepted = entry('accepted', notice.acceptedAt);
  const skipped = notice.decisions
    .filter(({ decision }) => decision === 'skip')
    .map(({ channel, reason, mandateId }) => ({
      ...entry('skipped', notice.routedAt),
      channel,
      reason: viewReason(reason),
      ...delegateBy(mandateId),
    }));
  const sent = deliveries.map(
    (one): TimelineEntry => ({
      what: one.status,
      channel: one.channel,
      to: masked.get(one.contactId) ?? null,
      reason: viewReason(one.reason),
      at: one.status === 'deferred' ? one.dueAt : (one.sentAt ?? one.updatedAt),
      ...delegateBy(one.mandateId),
    }),
  );
  const ends = [
    ...(notice.cancelledAt ? [entry('cancelled', notice.cancelledAt)] : []),
    ...(notice.readAt ? [entry('read', notice.readAt)] : []),
  ];
  return [accepted, ...skipped, ...[...sent, ...ends].toSorted((a, b) => timeOf(a) - timeOf(b))];
}

const entry = (what: TimelineEntry['what'], at: Date | null): TimelineEntry => ({
  what,
  channel: null,
  to: null,
  reason: null,
  at,
});

const timeOf = ({ at }: TimelineEntry): number => at?.getTime() ?? Number.MAX_SAFE_INTEGER;
