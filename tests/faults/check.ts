import { addressesOf, type Injected, type Produced, type Taken, type Told } from './ledgers.ts';

export type Ledgers = { produced: Produced[]; taken: Taken[]; injected: Injected[]; told: Told[] };
export type Verdict = {
  acknowledged: number;
  /** Acknowledged, and neither taken by a provider nor said by the outcome not to have gone. */
  lost: number;
  /** Taken by a provider or told, and never published, or not for that person. */
  phantom: number;
  duplicates: number;
  /** What was in flight when something was killed, and what a provider took without an answer. */
  duplicateBound: number;
  /** Taken twice although an unknown outcome was to be held. */
  heldTwice: number;
  orderInversions: number;
  outcomesMissing: number;
  outcomesDouble: number;
  /** The same outcome told again, which its reader knows by notice and revision. */
  outcomeRepeats: number;
  /** Why acknowledged events did not go out on a channel, counted. */
  notSent: Record<string, number>;
};

const CHANNELS = ['email', 'sms'] as const;
const keyOf = ({ channel, ref }: Pick<Taken, 'channel' | 'ref'>) => `${channel} ${ref}`;

/** Judges a run by its ledgers alone. Pure. */
export function check({ produced, taken, injected, told }: Ledgers): Verdict {
  const sent = new Map(produced.filter(({ kind }) => kind !== 'poison').map((event) => [event.ref, event]));
  const acked = [
    ...new Map(produced.filter(({ kind }) => kind === 'acked').map((event) => [event.id, event])).values(),
  ];
  const times = new Map<string, number>();
  for (const message of taken) times.set(keyOf(message), (times.get(keyOf(message)) ?? 0) + 1);
  const outcomes = Map.groupBy(told, ({ eventId }) => eventId);
  const twice = [...times].filter(([, count]) => count > 1);
  const held = twice.filter(([key]) => sent.get(key.split(' ')[1]!)?.onUnknown === 'hold');
  return {
    acknowledged: acked.length,
    lost: acked.filter((event) => isLost(event, times, outcomes.get(event.id) ?? [])).length,
    phantom: taken.filter((message) => isPhantom(message, sent)).length + strangers(told, sent),
    duplicates: twice.reduce((sum, [, count]) => sum + count - 1, 0),
    duplicateBound: boundOf(injected, taken),
    heldTwice: held.length,
    orderInversions: inversions(taken, sent),
    outcomesMissing: acked.filter(({ id }) => !outcomes.get(id)?.some(({ revision }) => revision === 0)).length,
    ...doubles(told),
    notSent: notSent(acked, outcomes),
  };
}

/** True when the verdict breaks a promise of docs/architecture.md. */
export const isBroken = (verdict: Verdict): boolean =>
  [verdict.lost, verdict.phantom, verdict.heldTwice, verdict.orderInversions].some((count) => count > 0) ||
  verdict.outcomesMissing > 0 ||
  verdict.outcomesDouble > 0 ||
  verdict.duplicates > verdict.duplicateBound;

/** What nobody took must not be called sent; what has no outcome yet must have been taken on every channel. */
function isLost(event: Produced, times: Map<string, number>, outcomes: Told[]): boolean {
  const last = outcomes.toSorted((a, b) => a.revision - b.revision).at(-1);
  if (last && expiredUndecided(last, event)) return false;
  return CHANNELS.some((channel) => {
    if (times.has(keyOf({ channel, ref: event.ref }))) return false;
    const lines = last?.channels.filter((line) => line.channel === channel) ?? [];
    return lines.length === 0 || lines.some(({ status }) => status === 'sent' || status === 'delivered');
  });
}

/**
 * Its time was over before the router came to it: told as a whole, since no channel was decided on. Not before its time
 * was over by the clock of this machine, whatever clock decided.
 */
const expiredUndecided = ({ status, reason, channels, at, seenAt }: Told, { expiresAt }: Produced): boolean =>
  status === 'not_reached' &&
  reason === 'expired' &&
  channels.length === 0 &&
  Math.min(Date.parse(at), seenAt ?? 0) >= (expiresAt ?? Number.POSITIVE_INFINITY);

const isPhantom = ({ ref, channel, to }: Taken, sent: Map<string, Produced>): boolean => {
  const event = sent.get(ref);
  return event === undefined || addressesOf(event.person)[channel] !== to;
};

function strangers(told: Told[], sent: Map<string, Produced>): number {
  const ids = new Set([...sent.values()].map(({ id }) => id));
  return told.filter(({ eventId }) => !ids.has(eventId)).length;
}

const boundOf = (injected: Injected[], taken: Taken[]): number =>
  injected.reduce((sum, { inFlight }) => sum + inFlight, 0) +
  taken.filter(({ answer }) => answer !== 'accepted').length;

/** In each case, on each channel: how often a notice was first taken after a later one. */
function inversions(taken: Taken[], sent: Map<string, Produced>): number {
  const seen = new Set<string>();
  const last = new Map<string, number>();
  let count = 0;
  for (const message of taken) {
    const event = sent.get(message.ref);
    if (!event?.case || seen.has(keyOf(message))) continue;
    seen.add(keyOf(message));
    const place = `${message.channel} ${event.case}`;
    if (event.sequence! < (last.get(place) ?? 0)) count += 1;
    last.set(place, Math.max(event.sequence!, last.get(place) ?? 0));
  }
  return count;
}

/** One notice and one text for each revision; the same message again is a repeat. */
function doubles(told: Told[]): { outcomesDouble: number; outcomeRepeats: number } {
  const byPlace = Map.groupBy(told, ({ notificationId, revision }) => `${notificationId} ${revision}`);
  const notices = Map.groupBy(told, ({ eventId }) => eventId);
  let outcomesDouble = [...notices.values()].filter(
    (all) => new Set(all.map(({ notificationId }) => notificationId)).size > 1,
  ).length;
  let outcomeRepeats = 0;
  for (const all of byPlace.values()) {
    const different = new Set(all.map(({ status, at }) => `${status} ${at}`)).size;
    outcomesDouble += different - 1;
    outcomeRepeats += all.length - different;
  }
  return { outcomesDouble, outcomeRepeats };
}

function notSent(acked: Produced[], outcomes: Map<string, Told[]>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of acked) {
    const last = outcomes.get(event.id)?.at(-1);
    if (last && expiredUndecided(last, event)) counts['expired:undecided'] = (counts['expired:undecided'] ?? 0) + 1;
    for (const { channel, status, reason } of last?.channels ?? [])
      if (channel !== 'push' && status !== 'sent' && status !== 'delivered') {
        const name = `${status}:${reason ?? '-'}`;
        counts[name] = (counts[name] ?? 0) + 1;
      }
  }
  return counts;
}
