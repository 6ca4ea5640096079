import { keepOutcomes } from '../shared/feed.ts';
import type { IncomingMessage } from '../shared/kafka/consumer.ts';
import type { WebhookDeps } from './deps.ts';

/**
 * New outcomes of an entity: its endpoints become due. The feed is what they are served from, so the outcomes are made
 * sure of there first; whoever else keeps the feed finds them stored already. An endpoint that rests goes on resting.
 */
export async function wakeWebhooks(messages: IncomingMessage[], entity: string, deps: WebhookDeps): Promise<void> {
  const { webhooks } = deps.ledger;
  if (!(await webhooks.exists({ entity }))) return;
  await keepOutcomes(messages, entity, deps.ledger);
  await webhooks.updateMany({ entity, status: 'active' }, { $set: { dueAt: deps.clock() } });
}
