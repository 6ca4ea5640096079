import { randomUUID } from 'node:crypto';
import { readOutcomes } from '../shared/feed.ts';
import type { Webhook, WebhookRetry } from '../shared/ledger/types.ts';
import { attempt, type Job } from './attempt.ts';
import type { WebhookDeps } from './deps.ts';
import { foldGivenUp } from './given-up.ts';
import { suspendKeyless } from './keyless.ts';
import { endpointRest } from './schedule.ts';

/** One endpoint is served for so long at a time before its place goes to others that wait. */
const SLICE_MS = 30_000;
const FIRSTS = 50;
const RETRIES = 5;
/** An idle endpoint is looked at so often even when nobody woke it. */
const IDLE_MS = 10_000;
const FREE = new Date(0);

/** Takes leases on endpoints that are due, at most `limit`; only the process that holds the lease posts to one. */
export async function claimDue({ ledger, clock, leaseMs }: WebhookDeps, limit: number): Promise<Webhook[]> {
  const now = clock();
  const due = { status: 'active', dueAt: { $lte: now }, restUntil: { $lte: now }, leaseUntil: { $lte: now } } as const;
  const found = await ledger.webhooks.find(due).sort({ dueAt: 1 }).limit(limit).lean<Webhook[]>();
  const lease = { lease: randomUUID(), leaseUntil: new Date(now.getTime() + leaseMs) };
  const claims = found.map(({ _id }) =>
    ledger.webhooks.findOneAndUpdate({ _id, ...due }, { $set: lease }, { returnDocument: 'after' }).lean<Webhook>(),
  );
  return (await Promise.all(claims)).filter((webhook) => webhook !== null);
}

/**
 * Posts what is due to one endpoint, one request at a time: first attempts in the order of the outcome topic, retries
 * between them. Ends when nothing is due, the endpoint needs a rest, or its slice of time is over.
 */
export async function serve(claimed: Webhook, deps: WebhookDeps, stop: AbortSignal): Promise<void> {
  const sliceEnd = deps.clock().getTime() + SLICE_MS;
  let webhook = claimed;
  let askedRestMs = 0;
  let idle = false;
  const resting = () => askedRestMs > 0 || endpointRest(webhook.failures) > 0;
  // An endpoint that rests long enough is due again: then one message is tried.
  do {
    const jobs = await nextJobs(webhook, deps, stop);
    idle = jobs.length === 0;
    if (await suspendKeyless(webhook, deps)) return;
    for (const job of jobs) {
      const end = await attempt(webhook, job, deps);
      if (end.webhook?.status !== 'active') return;
      webhook = end.webhook;
      askedRestMs = end.restMs;
      if (resting() || stop.aborted) break;
    }
  } while (!idle && !resting() && !stop.aborted && deps.clock().getTime() < sliceEnd);
  await foldGivenUp(webhook._id, deps);
  await release(webhook, { restMs: Math.max(askedRestMs, endpointRest(webhook.failures)), idle }, deps);
}

/** Retries that are due, then outcomes that come next in the feed. */
async function nextJobs(webhook: Webhook, { ledger, clock }: WebhookDeps, signal: AbortSignal): Promise<Job[]> {
  const retries = await ledger.webhookRetries
    .find({ webhookId: webhook._id, state: 'waiting', dueAt: { $lte: clock() } })
    .sort({ dueAt: 1 })
    .limit(RETRIES)
    .lean<WebhookRetry[]>();
  const query = { entity: webhook.entity, after: BigInt(webhook.position), limit: FIRSTS, waitMs: 0, signal };
  const firsts = await readOutcomes(query, ledger);
  return [...retries, ...firsts.map(({ offset, outcome }) => ({ offset, outcome, attempts: 0 }))];
}

/** Gives the lease back. A wake-up that came meanwhile changed `dueAt`, and then stays. */
async function release(webhook: Webhook, rest: { restMs: number; idle: boolean }, deps: WebhookDeps): Promise<void> {
  const { webhooks, webhookRetries } = deps.ledger;
  const now = deps.clock().getTime();
  const [retry] = await webhookRetries
    .find({ webhookId: webhook._id, state: 'waiting' })
    .sort({ dueAt: 1 })
    .limit(1)
    .lean<WebhookRetry[]>();
  const idleUntil = Math.min(now + IDLE_MS, retry?.dueAt.getTime() ?? Number.POSITIVE_INFINITY);
  const dueAt = new Date(rest.idle ? idleUntil : now);
  const mine = { _id: webhook._id, lease: webhook.lease };
  const free = { lease: null, leaseUntil: FREE, restUntil: new Date(now + rest.restMs) };
  const { matchedCount } = await webhooks.updateOne({ ...mine, dueAt: webhook.dueAt }, { $set: { ...free, dueAt } });
  if (matchedCount === 0) await webhooks.updateOne(mine, { $set: free });
}
