import { SpanKind } from '@opentelemetry/api';
import { type Judgement, judgeHold } from '../shared/controls/scope.ts';
import type { Control, Delivery } from '../shared/ledger/types.ts';
import { beginSpan } from '../shared/trace.ts';
import { afterAnswer, attemptOf } from './answer.ts';
import type { ChannelDeps, Prepared } from './deps.ts';
import { mayBegin } from './lease.ts';
import type { Call, Provider, SendRequest, SendResult } from './provider.ts';
import type { Result } from './store.ts';

type Sendable = Extract<Prepared, { kind: 'send' }>;

/**
 * Waits for room, calls the provider once, and says what its answer makes of the delivery. Never throws. A delivery
 * that an operator holds by then is put aside; one whose claim is running out, or whose process is stopping, is given
 * back unsent.
 */
export const sendOne = (item: Sendable, deps: ChannelDeps): Promise<Result> =>
  deps.limit(async () => {
    const { delivery } = item.loaded;
    const judged = await judgeNow(item, deps);
    const startedAt = deps.clock();
    const left = (delivery.dueAt?.getTime() ?? 0) - startedAt.getTime();
    if (judged === null || !mayBegin(left, deps.timing.leaseMs) || deps.givenUp?.())
      return givenBack(delivery, startedAt);
    if (judged.kind === 'hold') return putAside(delivery, judged.control, startedAt, deps);
    return callProvider({ ...item, request: { ...item.request, avoid: judged.avoid } }, startedAt, deps);
  });

/**
 * The operators' word at the last moment before the call; null when it cannot be read, so that nothing slips out. A
 * message about several notices waits when one of them does.
 */
async function judgeNow({ loaded, together, request }: Sendable, deps: ChannelDeps): Promise<Judgement | null> {
  const { provider, controls, clock } = deps;
  const names = provider.serves?.(request.addressKind) ?? [provider.name];
  const standing = await controls.current().catch(() => null);
  if (standing === null || standing.length === 0) return standing && { kind: 'go', avoid: [] };
  const judged = [loaded, ...together].map(({ delivery }) => judgeHold(delivery, names, standing, clock()));
  return judged.find(({ kind }) => kind === 'hold') ?? judged[0]!;
}

/** No attempt, no retry: it lies still until the pause ends, and is looked at when it expires. */
function putAside(delivery: Delivery, { _id }: Control, now: Date, { metrics, channel }: ChannelDeps): Result {
  metrics.paused.inc({ channel });
  const change = { status: 'deferred', reason: 'paused', pausedBy: _id, dueAt: delivery.expiresAt, updatedAt: now };
  return { delivery, change: change as Result['change'], attempt: null };
}

const givenBack = (delivery: Delivery, now: Date): Result => ({
  delivery,
  change: { status: 'deferred', reason: 'retry', dueAt: now, updatedAt: now },
  attempt: null,
});

async function callProvider(item: Sendable, startedAt: Date, deps: ChannelDeps): Promise<Result> {
  const { loaded, request, language, segments } = item;
  const { delivery, notification } = loaded;
  const provider = delivery.test ? deps.simulator : deps.provider;
  const { span } = beginSpan('channel.send', SpanKind.CLIENT, [notification?.traceparent], {
    'notifyme.channel': deps.channel,
    'notifyme.delivery': delivery._id,
  });
  const result = await answerOf(provider, request);
  const by = result.provider ?? provider.name;
  span.setAttributes({ 'notifyme.result': result.kind, 'notifyme.provider': by }).end();
  const endedAt = deps.clock();
  const change = afterAnswer(delivery, result, {
    now: endedAt,
    random: deps.random(),
    settleMs: settleFor(delivery.test, deps),
    unknownGraceMs: deps.timing.unknownGraceMs,
  });
  deps.answered?.(result.kind, endedAt);
  // Our own breakers said no: nobody was asked, so there is no attempt to record.
  if (result.kind === 'held') return { delivery, change, attempt: null };
  if (result.kind === 'accepted' && notification) {
    deps.metrics.handoffSeconds.observe(
      { channel: deps.channel, lane: delivery.lane },
      (endedAt.getTime() - notification.acceptedAt.getTime()) / 1000,
    );
  }
  const { before = [] } = result;
  const last = { provider: by, result, startedAt: before.at(-1)?.endedAt ?? startedAt, endedAt };
  for (const call of [...before, last]) observe(deps, call, segments);
  const attempts = [...before, last].map((call, n) => ({
    ...attemptOf(delivery, call.provider, call.result, call.startedAt, call.endedAt),
    no: delivery.attempts.length + n + 1,
  }));
  return {
    delivery,
    change: { ...change, provider: by, language, segments },
    attempt: attempts.pop()!,
    ...(attempts.length > 0 && { earlier: attempts }),
  };
}

/** A provider that throws is a bug of ours: it may have sent, and the other deliveries of the chunk are not to suffer. */
async function answerOf(provider: Provider, request: SendRequest): Promise<SendResult> {
  try {
    return await provider.send(request);
  } catch (error) {
    return { kind: 'unknown', code: `threw:${(error as Error).name}` };
  }
}

/** A simulator sends no receipts, so there is nothing to wait for. */
const settleFor = (test: boolean, { settleMs }: ChannelDeps) => (test ? { sms: 0, email: 0, push: 0 } : settleMs);

function observe({ metrics, channel }: ChannelDeps, call: Call, segments: number | null): void {
  const { provider, result, startedAt, endedAt } = call;
  metrics.attempts.inc({ channel, provider, result: result.kind });
  metrics.sendSeconds.observe({ channel, provider }, (endedAt.getTime() - startedAt.getTime()) / 1000);
  if (result.kind === 'accepted' && segments) metrics.segments.inc({ provider }, segments);
}
