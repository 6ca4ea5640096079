import type { Channel } from '../../../contracts/status.ts';
import type { Answer, Call, MemberState, Provider, SendRequest, SendResult } from '../provider.ts';
import { type Breaker, type BreakerOptions, type BreakerState, createBreaker } from './breaker.ts';
import { createReceiptWatch, type ReceiptLook } from './receipt-watch.ts';
import { afterCall, afterReceipt, errorsAt, newStanding, type Standing, weightsAt } from './standing.ts';
import { verdictOf } from './verdict.ts';

export type FailoverOptions = {
  channel: Channel;
  /** At least one. A weight of 0 is a stand-by: only when no other can send. */
  providers: { provider: Provider; weight: number }[];
  clock: () => Date;
  /** A number in (0, 1). */
  random: () => number;
  breaker?: Partial<BreakerOptions>;
  /** While a call is without an answer for so long, others come first; in milliseconds, default 1,000. */
  suspectMs?: number;
  /** Looks up when receipts came; left out where a channel has too few of them to judge by. */
  receipts?: ReceiptLook;
  /** Weights that operators set in place of the given ones, by name. */
  weights?(): Promise<ReadonlyMap<string, number>>;
  /** Hears of every change, for gauges and logs. */
  changed?(name: string, state: BreakerState): void;
};

/** One provider made of several; `state` tells how each of them stands, in the order given. */
export type Failover = Provider & { state(): MemberState[] };

type Member = {
  provider: Provider;
  /** The weight in force, and the one of the settings. */
  base: number;
  given: number;
  breaker: Breaker;
  standing: Standing;
  /** Asked to be left alone until then, in milliseconds. */
  restsUntil: number;
  /** Starts of the calls that have no answer yet, oldest first. */
  open: Map<symbol, number>;
};

const THROTTLE_REST_MS = 1_000;
/** While a probe is out, others look again after so long, and after as much again at random. */
const PROBE_MS = 3_000;
/** All were paused between the last look at the controls and the call: the next look puts the notice aside. */
const PAUSED_MS = 2_000;

/**
 * Composes the providers of a channel into one. A provider is drawn by weight; where one surely sent nothing because it
 * is down or asks to slow down, the next has the same request at once, under the same reference. Never after an outcome
 * that nobody knows. When every breaker is open the answer is `held`: nobody was asked.
 */
export function createFailover(options: FailoverOptions): Failover {
  const { channel, clock, random, suspectMs = 1_000 } = options;
  const members = options.providers.map((entry) => memberOf(entry, options));
  const watch =
    options.receipts &&
    createReceiptWatch(options.receipts, (name, tookMs) => {
      const member = members.find(({ provider }) => provider.name === name)!;
      member.standing = afterReceipt(member.standing, tookMs, clock().getTime());
    });

  async function send(request: SendRequest): Promise<SendResult> {
    const before: Call[] = [];
    await shift(members, options.weights);
    const asked = members.filter(({ provider }) => !request.avoid?.includes(provider.name));
    if (asked.length === 0) return { kind: 'held', code: 'paused', retryAfterMs: PAUSED_MS };
    for (const member of inTurn(asked, { now: clock().getTime(), random, suspectMs })) {
      const call = await callMember(member, request, clock);
      if (!call) continue;
      if (call.result.kind === 'accepted') watch?.sent(call.provider, request.deliveryId, call.endedAt.getTime());
      if (!verdictOf(call.result).next) return answerOf(call, before);
      before.push(call);
    }
    const last = before.pop();
    return last ? answerOf(last, before) : held(asked, random);
  }

  return {
    name: channel,
    channel,
    send,
    serves: () => members.map(({ provider }) => provider.name),
    state: () => statesOf(members, clock().getTime()),
    async close() {
      for (const { breaker } of members) breaker.close();
      await Promise.all(members.map(({ provider }) => provider.close()));
    },
  };
}

function memberOf(
  { provider, weight }: FailoverOptions['providers'][number],
  { breaker, changed }: FailoverOptions,
): Member {
  const tell = (state: BreakerState) => changed?.(provider.name, state);
  tell('closed');
  return {
    provider,
    base: weight,
    given: weight,
    breaker: createBreaker(provider.name, tell, breaker),
    standing: newStanding(),
    restsUntil: 0,
    open: new Map(),
  };
}

/** Takes the operators' weights over; while they cannot be read, those before stay. */
async function shift(members: Member[], weights: FailoverOptions['weights']): Promise<void> {
  const set = await weights?.().catch(() => null);
  if (!set) return;
  for (const member of members) member.base = set.get(member.provider.name) ?? member.given;
}

type Draw = { now: number; random: () => number; suspectMs: number };

/**
 * Whom to ask, in which order: the one that waits for a probe, then those drawn by weight, last those that asked for a
 * rest or leave a call unanswered: a provider that went silent must not get a whole lane's calls until the first of them
 * times out. Drawn without putting back, each with the key log(u)/w (Efraimidis and Spirakis, 2006).
 */
function inTurn(members: Member[], { now, random, suspectMs }: Draw): Member[] {
  const weights = weightsAt(
    members.map(({ base, standing }) => ({ base, standing })),
    now,
  );
  const silent = ({ open }: Member) => now - (open.values().next().value ?? now) >= suspectMs;
  const rank = (member: Member) => {
    if (member.breaker.awaitsProbe()) return 0;
    return member.restsUntil > now || silent(member) ? 2 : 1;
  };
  return members
    .map((member, n) => ({ member, rank: rank(member), key: Math.log(random()) / weights[n]! }))
    .sort((a, b) => a.rank - b.rank || b.key - a.key || 0)
    .map(({ member }) => member);
}

async function callMember(member: Member, request: SendRequest, clock: () => Date): Promise<Call | null> {
  const { provider, breaker, open } = member;
  const startedAt = clock();
  const answer = breaker.run(() => provider.send(request));
  if (!answer) return null;
  const mark = Symbol();
  open.set(mark, startedAt.getTime());
  const result = (await answer.catch(thrown)) as Answer;
  open.delete(mark);
  const endedAt = clock();
  const now = endedAt.getTime();
  member.standing = afterCall(member.standing, verdictOf(result).error, now);
  if (result.kind === 'throttled') member.restsUntil = now + (result.retryAfterMs ?? THROTTLE_REST_MS);
  return { provider: provider.name, result, startedAt, endedAt };
}

/** A provider that throws is a bug of ours, and it may have sent. */
const thrown = (error: unknown): Answer => ({ kind: 'unknown', code: `threw:${(error as Error).name}` });

const answerOf = ({ provider, result }: Call, before: Call[]): SendResult => ({
  ...result,
  provider,
  ...(before.length > 0 && { before }),
});

/** At random over some seconds, so that what was held does not come back as one wave. */
function held(members: Member[], random: () => number): SendResult {
  const left = Math.min(...members.map(({ breaker }) => (breaker.state() === 'open' ? breaker.restLeft() : PROBE_MS)));
  return { kind: 'held', code: 'breakers_open', retryAfterMs: Math.round(Math.max(1_000, left) + random() * PROBE_MS) };
}

function statesOf(members: Member[], now: number): MemberState[] {
  const weights = weightsAt(
    members.map(({ base, standing, breaker }) => ({ base: breaker.state() === 'closed' ? base : 0, standing })),
    now,
  );
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return members.map(({ provider, breaker, standing }, n) => ({
    name: provider.name,
    state: breaker.state(),
    share: all === 0 ? 0 : weights[n]! / all,
    errors: errorsAt(standing, now),
    receiptMs: standing.receiptMs,
  }));
}
