import type { Channel } from '../../contracts/status.ts';
import { deadLetter, type Unprocessable } from '../shared/dead-letters.ts';
import type { IncomingMessage } from '../shared/kafka/consumer.ts';
import { retryTransient } from '../shared/ledger/index.ts';
import { caseOf, createGone, type Gone } from '../shared/policy/case-order.ts';
import { type Checked, checkBeforeSending } from '../shared/sending/check.ts';
import { type Loaded, loadForSending } from '../shared/sending/load.ts';
import { claimDeliveries } from './claim.ts';
import { countResults } from './count.ts';
import type { ChannelDeps, Prepared } from './deps.ts';
import { carriedBy, followResults, type Judged, settleDigests, type Together } from './digest.ts';
import { publishEvidence } from './evidence.ts';
import { createInOrder, type InOrder } from './in-order.ts';
import { prepareMessage } from './prepare.ts';
import { sendOne } from './send.ts';
import { type Result, storeResults } from './store.ts';

const ALONE = { chunk: 100, inFlight: 3 };

/**
 * The story of a channel: ids from a lane become claimed deliveries, checked once more, rendered, sent, and stored.
 * While one chunk is being sent the next is prepared; nothing is committed before all results are stored. Once it is
 * `givenUp`, calls under way are waited for, no other begins, and the answer is false.
 */
export async function deliverBatch(
  messages: IncomingMessage[],
  from: ChannelDeps,
  givenUp = () => false,
): Promise<boolean> {
  const deps = { ...from, givenUp };
  const { ids, unreadable } = readIds(messages, deps.channel);
  const inFlight = new Set<Promise<void>>();
  const order = { inOrder: createInOrder(), gone: createGone() };
  for (let at = 0, size = 0; at < ids.length && !givenUp(); at += size) {
    const { chunk, inFlight: most } = (await deps.bite?.()) ?? ALONE;
    size = chunk;
    const { claim, prepared } = await prepareChunk(ids.slice(at, at + size), deps);
    const work: Promise<void> = sendAndStore(claim, prepared, order, deps).finally(() => inFlight.delete(work));
    inFlight.add(work);
    work.catch(() => {}); // awaited below; without this a failure would be unhandled while another chunk is prepared
    while (inFlight.size >= most) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  if (givenUp()) return false;
  await deadLetter(unreadable, deps, deps.clock());
  return true;
}

function readIds(messages: IncomingMessage[], channel: Channel) {
  const ids: string[] = [];
  const unreadable: Unprocessable[] = [];
  for (const message of messages) {
    const id = readDeliveryId(message.value);
    if (id) ids.push(id);
    else
      unreadable.push({
        message,
        code: message.value === null ? 'empty' : 'schema',
        detail: `not a delivery for ${channel}`,
      });
  }
  return { ids, unreadable };
}

function readDeliveryId(value: Buffer | null): string | null {
  try {
    const { deliveryId } = JSON.parse(value?.toString('utf8') ?? 'null') ?? {};
    return typeof deliveryId === 'string' && /^d_[0-9a-f]{32}$/.test(deliveryId) ? deliveryId : null;
  } catch {
    return null;
  }
}

async function prepareChunk(ids: string[], deps: ChannelDeps): Promise<{ claim: string; prepared: Prepared[] }> {
  const now = deps.clock();
  const { claim, deliveries } = await claimDeliveries(deps.ledger, ids, now, deps.timing.leaseMs);
  deps.metrics.claimsLost.inc({ channel: deps.channel }, ids.length - deliveries.length);
  if (deliveries.length === 0) return { claim, prepared: [] };
  const carried = await retryTransient(() => carriedBy(deliveries, deps));
  const loaded = await retryTransient(() => loadForSending(deps.ledger, [...deliveries, ...carried], now, deps));
  const judged = loaded.map((item) => ({ loaded: item, checked: checkOne(item, deps, now) }));
  const own = judged.slice(0, deliveries.length);
  const together = await settleDigests(own, judged.slice(deliveries.length), claim, deps, now);
  return { claim, prepared: own.map((item) => prepareOne(item, together, deps, now)) };
}

function checkOne(loaded: Loaded, { catalogue, staleAfterMs }: ChannelDeps, now: Date): Checked {
  const { notification } = loaded;
  const directToContact = notification ? (catalogue.type(notification.type)?.type.directToContact ?? false) : false;
  return checkBeforeSending({ ...loaded, directToContact }, { now, staleAfterMs });
}

function prepareOne({ loaded, checked }: Judged, together: Together, deps: ChannelDeps, now: Date): Prepared {
  const { delivery } = loaded;
  if (checked.kind === 'send') return prepareMessage(loaded, checked, together.get(delivery._id) ?? [], deps, now);
  const status = checked.kind === 'end' ? checked.status : 'deferred';
  const dueAt = checked.kind === 'end' ? now : checked.dueAt;
  return {
    kind: 'done',
    result: { delivery, change: { status, reason: checked.reason, dueAt, updatedAt: now }, attempt: null },
  };
}

/** What a batch remembers of its cases: who waits for whom, and what has gone since the ledger was asked. */
type Order = { inOrder: InOrder; gone: Gone };
type Sendable = Extract<Prepared, { kind: 'send' }>;

async function sendAndStore(claim: string, prepared: Prepared[], order: Order, deps: ChannelDeps): Promise<void> {
  const results = await Promise.all(
    prepared.map((item) => (item.kind === 'done' ? item.result : sendInOrder(item, order, deps))),
  );
  await storeResults(deps.ledger, claim, results);
  countResults(results, prepared, deps.counters);
  await followResults(results, prepared, deps);
  await publishEvidence(results, deps);
}

/**
 * Notices of one case to one person leave one after the other, and an older one not after a newer one; all else leaves
 * as soon as there is room.
 */
function sendInOrder(item: Sendable, { inOrder, gone }: Order, deps: ChannelDeps): Promise<Result> {
  const notification = item.loaded.notification!;
  return inOrder(caseOf(notification), async () => {
    if (gone.supersedes(notification)) return superseded(item.loaded, deps.clock());
    const result = await sendOne(item, deps);
    const told = [notification, ...item.together.map((one) => one.notification!)];
    if (result.change.status === 'sent') for (const one of told) gone.add(one);
    return result;
  });
}

const superseded = ({ delivery }: Loaded, now: Date): Result => ({
  delivery,
  change: { status: 'superseded', reason: 'superseded', dueAt: now, updatedAt: now },
  attempt: null,
});
