import type { Webhook, WebhookRetry } from '../shared/ledger/types.ts';
import type { WebhookDeps } from './deps.ts';
import { signingKeys } from './keys.ts';
import { type Message, outcomeMessage } from './message.ts';
import { judge, nextAttempt, type Verdict } from './schedule.ts';
import { signedHeaders } from './sign.ts';

/** An outcome to be posted: for the first time, or again. */
export type Job = { offset: number; outcome: string; attempts: number };

/** The webhook after an attempt, null when another process or its entity took it away; and a rest it asked for. */
export type AttemptEnd = { webhook: Webhook | null; restMs: number };

/**
 * One attempt: post, then store what came of it. A process that dies in between leaves everything as it was, so that
 * the same message goes out once more with the same id. The retry is stored before the place in the feed moves on.
 */
export async function attempt(webhook: Webhook, job: Job, deps: WebhookDeps): Promise<AttemptEnd> {
  const message = outcomeMessage(job.outcome);
  // What cannot be read must not hold up those behind it.
  const answer = message ? await post(webhook, message, deps) : UNREADABLE;
  const verdict = judge(answer);
  deps.metrics.webhooks.inc({ entity: webhook.entity, result: verdict.kind });
  if (verdict.kind === 'failed') await keepRetry(webhook, job, verdict.restMs, deps);
  const stored = await storeEnd(webhook, job, { verdict, result: answer.result }, deps);
  if (verdict.kind === 'taken') await deps.ledger.webhookRetries.deleteMany({ _id: retryId(webhook._id, job.offset) });
  if (stored?.status === 'suspended')
    deps.log.warn({ event: 'webhook_suspended', entity: stored.entity, reason: stored.reason ?? '' });
  return { webhook: stored, restMs: verdict.kind === 'failed' ? verdict.restMs : 0 };
}

const UNREADABLE = { status: 204, result: 'unreadable', retryAfterMs: 0 };

/** Posts a message, signed by every key of this moment. */
export async function post({ url, secrets }: Pick<Webhook, 'url' | 'secrets'>, message: Message, deps: WebhookDeps) {
  const at = deps.clock();
  const headers = signedHeaders({ ...message, at }, signingKeys(secrets, at, deps.sealer));
  const done = deps.metrics.webhookSeconds.startTimer();
  const answer = await deps.sender.send(deps.sealer.open(url, 'webhook'), headers, message.body);
  done();
  return answer;
}

const retryId = (webhookId: string, offset: number): string => `${webhookId}:${String(offset).padStart(16, '0')}`;

async function keepRetry({ _id }: Webhook, job: Job, restMs: number, deps: WebhookDeps): Promise<void> {
  const now = deps.clock();
  const attempts = job.attempts + 1;
  const next = nextAttempt(attempts, now, deps.random, deps.restsMs);
  const retry: Omit<WebhookRetry, '_id'> = {
    webhookId: _id,
    offset: job.offset,
    outcome: job.outcome,
    state: next ? 'waiting' : 'given_up',
    attempts,
    dueAt: new Date(Math.max((next ?? now).getTime(), now.getTime() + restMs)),
  };
  await deps.ledger.webhookRetries.updateOne({ _id: retryId(_id, job.offset) }, { $set: retry }, { upsert: true });
}

type End = { verdict: Verdict; result: string };

/** Moves the webhook on under its lease, which is renewed by it; null when the lease is no longer ours. */
async function storeEnd(webhook: Webhook, job: Job, { verdict, result }: End, deps: WebhookDeps) {
  const now = deps.clock();
  const passed = verdict.kind !== 'gone' && job.attempts === 0 && job.offset > webhook.position;
  const change = {
    ...(passed && { position: job.offset }),
    ...standing(webhook, verdict, now, deps.suspendAfterMs),
    last: { at: now, result },
    leaseUntil: new Date(now.getTime() + deps.leaseMs),
    updatedAt: now,
  };
  return deps.ledger.webhooks
    .findOneAndUpdate({ _id: webhook._id, lease: webhook.lease }, { $set: change }, { returnDocument: 'after' })
    .lean<Webhook>();
}

function standing({ failures, failingSince }: Webhook, { kind }: Verdict, now: Date, suspendAfterMs: number) {
  if (kind === 'taken') return { failures: 0, failingSince: null };
  if (kind === 'gone') return { status: 'suspended', reason: 'gone', tellAt: now };
  const since = failingSince ?? now;
  const dead = now.getTime() - since.getTime() >= suspendAfterMs;
  return {
    failures: failures + 1,
    failingSince: since,
    ...(dead && { status: 'suspended', reason: 'failing', tellAt: now }),
  };
}
