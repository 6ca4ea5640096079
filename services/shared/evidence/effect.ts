import type { ReceiptKind } from '../../../contracts/generated/types.ts';
import type { Reason } from '../../../contracts/status.ts';

/**
 * What evidence does to the contact it is about:
 * `none` nothing · `soft` counts one soft bounce · `suspect` to be mended by the person ·
 * `suppress_optional` only mandatory notices go there · `opt_out` the person said stop · `dead` nothing goes there again.
 */
export type Effect = 'none' | 'soft' | 'suspect' | 'suppress_optional' | 'opt_out' | 'dead';

export type Classification = { kind: ReceiptKind; reason: Reason | null; effect: Effect };

/**
 * The effect of a receipt on its contact. A function of kind and reason alone, so that the service which reads
 * receipts needs nothing else of what the provider wrote.
 */
export function effectOf(kind: ReceiptKind, reason: Reason | null): Effect {
  switch (kind) {
    case 'accepted':
    case 'sent':
    case 'delayed':
    case 'delivered':
    case 'read':
    case 'expired':
    case 'auto_reply':
    case 'not_spam':
    case 'opted_in':
      return 'none';
    case 'soft_bounce':
      return 'soft';
    case 'hard_bounce':
      return HARD[reason ?? ''] ?? 'suspect';
    case 'refused':
      // The notice or our own standing was at fault, not the contact; but a provider's list of complaints is the person's word.
      return reason === 'suppressed' ? 'suppress_optional' : 'none';
    case 'complaint':
      return 'suppress_optional';
    case 'opted_out':
      return 'opt_out';
    case 'endpoint_gone':
      return 'dead';
    default:
      return kind satisfies never;
  }
}

const HARD: Record<string, Effect> = { invalid_address: 'dead', invalid_number: 'dead', suppressed: 'dead' };

/** A classification with the effect that follows from it. */
export const classified = (kind: ReceiptKind, reason: Reason | null = null): Classification => ({
  kind,
  reason,
  effect: effectOf(kind, reason),
});

/** An own entry of a table whose key came from outside, where `constructor` must be a stranger like any other. */
export const entry = <T>(table: Record<string, T>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
