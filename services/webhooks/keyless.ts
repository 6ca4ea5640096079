import type { Webhook } from '../shared/ledger/types.ts';
import type { WebhookDeps } from './deps.ts';

/**
 * Suspends the endpoint of an entity that has no key any more: whoever cannot call us any more is not to be called
 * either. It is asked at each turn, so it also holds for keys that were revoked elsewhere or came to their end. The
 * entity's next key may wake it by a replay. True when it was suspended.
 */
export async function suspendKeyless(webhook: Webhook, { ledger, clock, log }: WebhookDeps): Promise<boolean> {
  const now = clock();
  const { _id, entity, lease } = webhook;
  const valid = { entity, revokedAt: null, $or: [{ endsAt: null }, { endsAt: { $gt: now } }] };
  if (await ledger.apiKeys.exists(valid)) return false;
  const stop = { status: 'suspended', reason: 'no_key', tellAt: now, updatedAt: now, lease: null };
  await ledger.webhooks.updateOne({ _id, lease }, { $set: stop });
  log.warn({ event: 'webhook_suspended', entity, reason: 'no_key' });
  return true;
}
