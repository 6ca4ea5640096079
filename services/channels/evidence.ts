import type { Receipt, ReceiptKind } from '../../contracts/generated/types.ts';
import { receiptId } from '../shared/ids.ts';
import type { ChannelDeps } from './deps.ts';
import type { Result } from './store.ts';

/**
 * Provider answers that say something about the contact itself go to notifyme.receipts as evidence, in one produce:
 * a number that does not exist, a device that is gone, a person who opted out.
 */
export async function publishEvidence(results: Result[], { producer, topics }: ChannelDeps): Promise<void> {
  const receipts = results.flatMap((result) => evidenceOf(result) ?? []);
  await producer.send([
    {
      topic: topics.receipts,
      messages: receipts.map((receipt) => ({ key: receipt.deliveryId ?? null, value: JSON.stringify(receipt) })),
    },
  ]);
}

const TELLING: Partial<Record<string, ReceiptKind>> = {
  opted_out: 'opted_out',
  endpoint_gone: 'endpoint_gone',
  invalid_number: 'hard_bounce',
  invalid_address: 'hard_bounce',
};

function evidenceOf({ delivery, attempt }: Result): Receipt | null {
  if (attempt?.result !== 'refused' || delivery.test) return null;
  const kind = TELLING[attempt.reason ?? ''];
  if (!kind) return null;
  const at = attempt.endedAt.toISOString();
  return {
    id: receiptId(attempt.provider, delivery._id, attempt.no, kind),
    provider: attempt.provider,
    channel: delivery.channel,
    deliveryId: delivery._id,
    kind,
    reason: attempt.reason ?? undefined,
    occurredAt: at,
    receivedAt: at,
  };
}
