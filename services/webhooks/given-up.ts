import type { WebhookRetry } from '../shared/ledger/types.ts';
import type { WebhookDeps } from './deps.ts';

const AT_ONCE = 500;

/**
 * Messages whose last attempt failed leave the retries; the endpoint keeps their number, and the place of the first, from
 * which they can be replayed. The place is stored first: a crash may cost a count, never the way back.
 */
export async function foldGivenUp(webhookId: string, { ledger }: Pick<WebhookDeps, 'ledger'>): Promise<void> {
  const { webhooks, webhookRetries } = ledger;
  const found = await webhookRetries
    .find({ webhookId, state: 'given_up' })
    .sort({ _id: 1 })
    .limit(AT_ONCE)
    .select({ offset: 1 })
    .lean<Pick<WebhookRetry, '_id' | 'offset'>[]>();
  const first = found[0];
  if (!first) return;
  // A comparison with nothing is false, so the first of all is stored by the second condition.
  await webhooks.collection.updateOne(
    { _id: webhookId as never, $or: [{ givenUpFrom: { $gt: first.offset } }, { givenUpFrom: null }] },
    { $set: { givenUpFrom: first.offset } },
  );
  const { deletedCount } = await webhookRetries.deleteMany({
    _id: { $in: found.map(({ _id }) => _id) },
    state: 'given_up',
  });
  await webhooks.collection.updateOne({ _id: webhookId as never }, { $inc: { givenUp: deletedCount } });
}
