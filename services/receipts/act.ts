import type { Reason } from '../../contracts/status.ts';
import { type Effect, effectOf } from '../shared/evidence/index.ts';
import type { Contact, ContactState } from '../shared/ledger/types.ts';
import type { Matched } from './deps.ts';

export type ContactChange = { from: ContactState[]; to: ContactState; reason: Reason | null };

export type Act = { kind: 'change'; change: ContactChange } | { kind: 'count' | 'remove' | 'forget' };

/** What a receipt does to the contact it is about, as that was when it was read; null for nothing. Pure. */
export function actOf({ receipt }: Pick<Matched, 'receipt'>, contact: Contact | undefined): Act | null {
  const reason = (receipt.reason ?? null) as Reason | null;
  const effect = effectOf(receipt.kind, reason);
  if (effect === 'dead' && receipt.channel === 'push') return { kind: 'remove' };
  if (effect === 'soft') return { kind: 'count' };
  if (receipt.kind === 'opted_in') return change(['opted_out'], 'verified', null);
  const arrived = receipt.kind === 'delivered' || receipt.kind === 'read';
  if (arrived && contact && contact.softBounces > 0) return { kind: 'forget' };
  return changeBy(effect, reason);
}

function changeBy(effect: Effect, reason: Reason | null): Act | null {
  switch (effect) {
    case 'suspect':
    case 'dead':
      // One that complained still gets mandatory notices: no longer, once its address does not exist.
      return change(['verified', 'suppressed'], 'suspect', reason);
    case 'suppress_optional':
      return change(['verified'], 'suppressed', 'complaint');
    case 'opt_out':
      return change(['verified', 'suspect', 'suppressed'], 'opted_out', 'opted_out');
    case 'none':
    case 'soft':
      return null;
    default:
      return effect satisfies never;
  }
}

const change = (from: ContactState[], to: ContactState, reason: Reason | null): Act => ({
  kind: 'change',
  change: { from, to, reason },
});
