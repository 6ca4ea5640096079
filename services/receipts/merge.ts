import type { Receipt } from '../../contracts/generated/types.ts';
import { type DeliveryStatus, isReason, type Reason } from '../../contracts/status.ts';
import type { Delivery } from '../shared/ledger/types.ts';

export type Merged = { status: DeliveryStatus; reason: Reason | null; entry: Delivery['receipts'][number] };

/** What evidence says of a message: the provider has it, it arrived, it came back, it will not arrive; or nothing new. */
type Meaning = 'taken' | 'arrived' | 'bounced' | 'failed' | 'nothing';

const MEANING: Record<Receipt['kind'], Meaning> = {
  accepted: 'taken',
  sent: 'taken',
  delayed: 'taken',
  delivered: 'arrived',
  read: 'arrived',
  complaint: 'arrived',
  soft_bounce: 'bounced',
  hard_bounce: 'bounced',
  refused: 'failed',
  expired: 'failed',
  opted_out: 'failed',
  endpoint_gone: 'failed',
  auto_reply: 'nothing',
  not_spam: 'nothing',
  opted_in: 'nothing',
};

/**
 * How much better than a mere hand-over evidence is, by channel; only the better one counts. An arrival is the last word
 * for SMS and push. A mail may still bounce after its relay reported it delivered (RFC 3464: `delivered` speaks for one
 * hop), and then stays bounced.
 */
const FORWARDS: Record<'once' | 'hops', Partial<Record<DeliveryStatus, number>>> = {
  once: { sending: 0, unknown: 0, sent: 0, bounced: 1, failed: 2, delivered: 3 },
  hops: { sending: 0, unknown: 0, sent: 0, delivered: 1, bounced: 2, failed: 3 },
};

/**
 * The lattice of delivery status: evidence moves a delivery forwards only, in whatever order and however often it comes.
 * Null when the receipt is already counted.
 */
export function mergeReceipt(delivery: Delivery, receipt: Receipt): Merged | null {
  if (delivery.receipts.some(({ id }) => id === receipt.id)) return null;
  const reason = receipt.reason && isReason(receipt.reason) ? receipt.reason : null;
  const entry = {
    id: receipt.id,
    kind: receipt.kind,
    reason,
    at: new Date(receipt.occurredAt),
    part: receipt.part ?? null,
  };
  const keep = { status: delivery.status, reason: delivery.reason, entry };
  switch (MEANING[receipt.kind]) {
    case 'nothing':
      return keep;
    case 'taken':
      return isUnknown(delivery) ? { ...keep, status: 'sent', reason: null } : keep;
    case 'arrived':
      if (!mayBecome('delivered', delivery) || partsMissing(delivery, receipt)) return keep;
      return { status: 'delivered', reason: null, entry };
    case 'bounced':
      return mayBecome('bounced', delivery) ? { status: 'bounced', reason, entry } : keep;
    case 'failed':
      return mayBecome('failed', delivery) ? { status: 'failed', reason: reason ?? 'provider_refused', entry } : keep;
  }
}

/** One that waits or was stopped can only have arrived after all (an earlier attempt did); a failure says nothing new. */
function mayBecome(next: 'delivered' | 'bounced' | 'failed', delivery: Delivery): boolean {
  const ranks = FORWARDS[delivery.channel === 'email' ? 'hops' : 'once'];
  const now = ranks[isUnknown(delivery) ? 'unknown' : delivery.status];
  return now === undefined ? next === 'delivered' : ranks[next]! > now;
}

/** Also one that an operator gave up without knowing: any evidence knows better. */
const isUnknown = ({ status, reason }: Delivery): boolean =>
  status === 'unknown' || (status === 'failed' && reason === 'unknown_outcome');

/** A multi-part SMS has arrived when each of its parts has. */
function partsMissing(delivery: Delivery, { part, parts, kind }: Receipt): boolean {
  if (!part || !parts || parts === 1) return false;
  const arrived = new Set(delivery.receipts.filter((entry) => entry.kind === kind).map((entry) => entry.part));
  arrived.add(part);
  return arrived.size < parts;
}
