import { randomBytes, randomUUID } from 'node:crypto';
import { lastOffset, readCursor, writeCursor } from '../shared/feed.ts';
import { isDuplicateKey } from '../shared/ledger/index.ts';
import type { Webhook, WebhookRetry } from '../shared/ledger/types.ts';
import type { WebhookDeps } from './deps.ts';
import { createKey, type NewKey, rotated } from './keys.ts';
import type { SignatureKind } from './sign.ts';

/** Endpoints of one entity. */
export const MOST_WEBHOOKS = 10;

type Shown = { webhook: Webhook; shown: NewKey['shown'] };
const FREE = new Date(0);

/** Registers an endpoint for the outcomes from now on; null when the entity has as many as are allowed. */
export async function createWebhook(
  { entity, url, signature }: { entity: string; url: string; signature: SignatureKind },
  deps: WebhookDeps,
): Promise<Shown | null> {
  const { ledger, sealer, clock } = deps;
  const { key, shown } = createKey(signature, sealer);
  const now = clock();
  const webhook: Omit<Webhook, 'slot'> = {
    _id: `w_${randomBytes(16).toString('hex')}`,
    ...{ entity, signature, url: sealer.seal(url, 'webhook'), secrets: [key] },
    ...{ status: 'active', reason: null, position: await lastOffset(entity, ledger) },
    ...{ dueAt: now, restUntil: FREE, lease: null, leaseUntil: FREE },
    ...{ failures: 0, failingSince: null, last: null, createdAt: now, updatedAt: now },
  };
  // The unique index on entity and slot is the limit: nobody counts, so nobody counts wrong.
  for (let slot = 0; slot < MOST_WEBHOOKS; slot++) {
    const whole = { ...webhook, slot };
    try {
      await ledger.webhooks.collection.insertOne(whole as never);
      return { webhook: whole, shown };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // A driver that repeats an insert whose answer was lost finds its own document under the id.
      const stored = await findWebhook(entity, webhook._id, deps);
      if (stored) return { webhook: stored, shown };
    }
  }
  return null;
}

/** The endpoints of an entity in the order of their registration. */
export const listWebhooks = (entity: string, { ledger }: WebhookDeps): Promise<Webhook[]> =>
  ledger.webhooks.find({ entity }).sort({ createdAt: 1 }).lean<Webhook[]>();

/** An endpoint of the entity, or null. */
export const findWebhook = (entity: string, id: string, { ledger }: WebhookDeps): Promise<Webhook | null> =>
  ledger.webhooks.findOne({ _id: id, entity }).lean<Webhook>();

/** Removes an endpoint with all that waits for it; a request on its way is the last. False when there is none. */
export async function removeWebhook(entity: string, id: string, { ledger }: WebhookDeps): Promise<boolean> {
  const { deletedCount } = await ledger.webhooks.deleteMany({ _id: id, entity });
  await ledger.webhookRetries.deleteMany({ webhookId: id });
  return deletedCount === 1;
}

/** A new key; the one before signs beside it for a day. Null when there is no such endpoint. */
export async function rotateKey(entity: string, id: string, deps: WebhookDeps): Promise<Shown | null> {
  const found = await findWebhook(entity, id, deps);
  if (!found) return null;
  const { key, shown } = createKey(found.signature, deps.sealer);
  const now = deps.clock();
  const webhook = await deps.ledger.webhooks
    .findOneAndUpdate(
      { _id: id, entity, 'secrets.0.key': found.secrets[0]?.key },
      { $set: { secrets: rotated(found.secrets, key, now), updatedAt: now } },
      { returnDocument: 'after' },
    )
    .lean<Webhook>();
  // Somebody else rotated in between: go on from there, so that no key that was shown is lost unseen.
  return webhook ? { webhook, shown } : rotateKey(entity, id, deps);
}

/**
 * Sends everything behind a cursor once more, with the same ids, and wakes a suspended endpoint. Takes the lease away
 * from whoever serves it, so that its place cannot be moved on from where it was. `bad_cursor` for one of somebody else.
 */
export async function replayFrom(
  { entity, id, cursor }: { entity: string; id: string; cursor: string },
  { ledger, clock }: WebhookDeps,
): Promise<Webhook | null | 'bad_cursor'> {
  const offset = readCursor(cursor, entity);
  if (offset === null) return 'bad_cursor';
  const position = Number(offset);
  const now = clock();
  const awake = {
    status: 'active',
    reason: null,
    failures: 0,
    failingSince: null,
    dueAt: now,
    restUntil: FREE,
    tellAt: null,
  };
  const lease = { lease: randomUUID(), leaseUntil: FREE };
  const webhook = await ledger.webhooks
    .findOneAndUpdate(
      { _id: id, entity },
      { $set: { ...awake, ...lease, position, updatedAt: now } },
      { returnDocument: 'after' },
    )
    .lean<Webhook>();
  if (!webhook) return null;
  await ledger.webhookRetries.deleteMany({ webhookId: id, offset: { $gt: position } });
  // Only a replay that begins before the first of them reaches all that were given up.
  const again = { _id: id, givenUpFrom: { $gt: position } };
  const forgotten = { $set: { givenUp: 0, givenUpFrom: null } };
  return (
    (await ledger.webhooks.findOneAndUpdate(again, forgotten, { returnDocument: 'after' }).lean<Webhook>()) ?? webhook
  );
}

export type Backlog = { cursor: string; waiting: number; givenUp: number };

/** What an endpoint has not taken: how many wait, how many were given up, and the cursor before the oldest of them. */
export async function backlogOf(webhook: Webhook, { ledger }: WebhookDeps): Promise<Backlog> {
  const { _id, entity, position, givenUp = 0, givenUpFrom } = webhook;
  const count = (state: WebhookRetry['state']) => ledger.webhookRetries.countDocuments({ webhookId: _id, state });
  const [waiting, justGivenUp, oldest] = await Promise.all([
    count('waiting'),
    count('given_up'),
    ledger.webhookRetries.find({ webhookId: _id }).sort({ _id: 1 }).limit(1).lean<WebhookRetry[]>(),
  ]);
  const missing = [oldest[0]?.offset, givenUpFrom].filter((offset) => typeof offset === 'number');
  const before = Math.min(position, ...missing.map((offset) => offset - 1));
  return { cursor: writeCursor(entity, before), waiting, givenUp: givenUp + justGivenUp };
}
