import type { Delivery } from '../ledger/types.ts';

/** A group of this many is never passed by one message; who has more waiting gets more than one. */
export const MOST_IN_DIGEST = 100;

export type Digest = { carrier: Delivery; members: Delivery[] };

/** Whether a delivery that is due waited for nothing but the end of quiet hours, so that it may go out with others. */
export const mayJoin = ({ status, reason, test, mandateId, carriedBy, carries = [] }: Delivery): boolean =>
  status === 'deferred' && reason === 'quiet_hours' && !test && !mandateId && !carriedBy && carries.length === 0;

/**
 * Groups what is due of one contact and entity (for email also of one category, since its link stops a category) into
 * digests of at least `from`; the rest goes out one by one. Pure and independent of the order of `due`. The carrier is
 * the one whose life is longest, of the faster lane, so that its retries end no sooner than those that it carries.
 */
export function formDigests(due: Delivery[], { from, categoryOf }: DigestRules): Digest[] {
  if (from < 2) return [];
  const groups = Map.groupBy(due.filter(mayJoin), (delivery) => groupOf(delivery, categoryOf));
  return [...groups.values()].flatMap((group) => {
    const inOrder = group.toSorted(byCarrier);
    const digests: Digest[] = [];
    for (let at = 0; inOrder.length - at >= from; at += MOST_IN_DIGEST) {
      const [carrier, ...members] = inOrder.slice(at, at + MOST_IN_DIGEST);
      if (carrier) digests.push({ carrier, members });
    }
    return digests;
  });
}
export type DigestRules = { from: number; categoryOf(type: string): string };

const groupOf = (delivery: Delivery, categoryOf: DigestRules['categoryOf']): string => {
  const { subscriberId, contactId, channel, entity, onUnknown } = delivery;
  const category = channel === 'email' ? categoryOf(delivery.type) : '';
  return [subscriberId, contactId, channel, entity, onUnknown, category].join(' ');
};

const byCarrier = (a: Delivery, b: Delivery): number =>
  Number(a.lane === 'bulk') - Number(b.lane === 'bulk') ||
  b.expiresAt.getTime() - a.expiresAt.getTime() ||
  (a._id < b._id ? -1 : 1);

/** What one delivery of a digest may do now, as the rules of sending say. */
type Judged<C> = { delivery: Delivery; checked: C };
type Check = { kind: 'send' | 'end' | 'defer' };

/**
 * Splits those that a digest carries, at the moment of sending: `together` go out in its message, `ended` end for their
 * own reasons, `released` go their own way. When fewer than `from` are left there is no digest; after an attempt whose
 * outcome nobody knows two are enough, because the first message may have told of them. Pure.
 */
export function splitDigest<C extends Check>(
  { delivery: carrier, checked }: Judged<C>,
  members: Judged<C>[],
  from: number,
): { together: Delivery[]; ended: Judged<C>[]; released: Delivery[] } {
  const ended = members.filter((member) => member.checked.kind === 'end');
  const alive = members.flatMap((member) => (member.checked.kind === 'end' ? [] : member.delivery));
  const told = carrier.unknowns > 0;
  if (checked.kind === 'defer' || (checked.kind === 'end' && told)) return { together: alive, ended, released: [] };
  const enough = alive.length + 1 >= (told ? 2 : from);
  return checked.kind === 'send' && enough
    ? { together: alive, ended, released: [] }
    : { together: [], ended, released: alive };
}

export type Following = Pick<Delivery, 'status' | 'reason' | 'dueAt' | 'updatedAt'> & Partial<Delivery>;

const FOLLOWED: ReadonlySet<Delivery['status']> = new Set(['sent', 'delivered', 'bounced', 'failed', 'unknown']);

export const isCarried = ({ status, reason }: Pick<Delivery, 'status' | 'reason'>): boolean =>
  status === 'deferred' && reason === 'in_digest';

/**
 * What becomes of a carried delivery as its carrier stands: it follows what is known of the message, waits while that
 * is under way, and goes its own way when the carrier no longer carries it. Null when nothing changes. Pure.
 */
export function followed(
  member: Delivery,
  carrier: Delivery | null,
  { now, lookAgainMs }: { now: Date; lookAgainMs: number },
): Following | null {
  const waits = isCarried(member);
  const follows = FOLLOWED.has(member.status) && member.attempts.length === 0 && member.replays === 0;
  if (!waits && !follows) return null;
  if (!carrier?.carries?.includes(member._id)) return waits ? released(now) : null;
  const next = standingOf(carrier, now);
  if (next === 'under_way') {
    if (!waits) return null;
    const may = member.expiresAt > now || carrier.status === 'sending';
    if (may) return { ...of(member), dueAt: new Date(now.getTime() + lookAgainMs), updatedAt: member.updatedAt };
    return carrier.unknowns > 0 ? notKnown(carrier, now) : change('expired', 'expired', now, { carriedBy: null });
  }
  if (next === 'gone') return waits ? released(now) : null;
  if (next === 'not_known') return waits ? notKnown(carrier, now) : null;
  return asCarrier(member, carrier, now);
}

type Standing = 'under_way' | 'gone' | 'not_known' | 'told';

function standingOf({ status, reason, unknowns, expiresAt }: Delivery, now: Date): Standing {
  switch (status) {
    case 'deferred':
    case 'queued':
    case 'sending':
      return 'under_way';
    case 'unknown':
      return expiresAt > now ? 'under_way' : 'not_known';
    case 'sent':
    case 'delivered':
    case 'bounced':
      return 'told';
    case 'failed':
      // Its own content was at fault, and no message was made.
      return reason === 'template_error' ? 'gone' : 'told';
    case 'expired':
    case 'skipped':
    case 'cancelled':
    case 'superseded':
      return unknowns > 0 ? 'not_known' : 'gone';
    default:
      return status satisfies never;
  }
}

function asCarrier(member: Delivery, carrier: Delivery, now: Date): Following | null {
  const { status, settledAt, provider, sentAt, language } = carrier;
  const reached = status === 'sent' || status === 'delivered';
  const reason = reached ? 'in_digest' : carrier.reason;
  if (member.status === status && member.reason === reason) return null;
  const dueAt = status === 'sent' ? (carrier.dueAt ?? now) : now;
  return change(status, reason, now, { dueAt, settledAt, provider, sentAt, language });
}

const of = ({ status, reason }: Delivery) => ({ status, reason });

const notKnown = ({ unknowns }: Delivery, now: Date): Following =>
  change('unknown', 'unknown_outcome', now, { unknowns });

const released = (now: Date): Following => change('deferred', 'quiet_hours', now, { carriedBy: null });

const change = (
  status: Delivery['status'],
  reason: Delivery['reason'],
  now: Date,
  more: Partial<Delivery> = {},
): Following => ({ status, reason, dueAt: now, updatedAt: now, ...more });
