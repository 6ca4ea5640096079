import type { Receipt } from '../../contracts/generated/types.ts';
import type { Channel } from '../../contracts/status.ts';
import { afterAnswer, attemptOf } from '../../services/channels/answer.ts';
import type { Answer, SendResult } from '../../services/channels/provider.ts';
import { mergeReceipt } from '../../services/receipts/merge.ts';
import { judge } from '../../services/receipts/outcome.ts';
import { decide, type Notice } from '../../services/router/decide.ts';
import { deliveriesOf, withVerdict } from '../../services/router/notification.ts';
import { sampleNotification } from '../../services/shared/ledger/samples.ts';
import type { Delivery, Notification, Subscriber } from '../../services/shared/ledger/types.ts';
import { createGone } from '../../services/shared/policy/case-order.ts';
import { isCarried } from '../../services/shared/policy/digest.ts';
import { checkBeforeSending } from '../../services/shared/sending/check.ts';
import { carriedOf, carrierOf, follow, group, split } from './digests.ts';

const [SECOND, DAY] = [1_000, 86_400_000];
/** Half of the longest wait, each time: full jitter without chance. */
const RANDOM = 0.5;
const SETTLE = { sms: DAY, email: 3_600 * SECOND, push: 0 };

export type Published = {
  at: number;
  person: Subscriber;
  plan: Notice['plan'];
  ttlSeconds: number;
  more?: Partial<Notification>;
  /** What the provider answers to each attempt on a channel; accepted when the list is at its end. */
  answers?: Partial<Record<Channel, SendResult[]>>;
  /** What happens so many seconds after it was published. */
  later?: { after: number; what: 'read' | 'cancel' | { receipt: Receipt['kind']; channel: Channel } }[];
};
type Told = { status: Notification['status']; reason: string | null; after: number };
export type Story = Published & {
  name: string;
  notice: Notification;
  deliveries: Delivery[];
  /** Attempts, in seconds after it was published. */
  sends: { channel: Channel; after: number /** So many notices the message told of. */; of?: number }[];
  outcomes: Told[];
};

/**
 * Plays notices against the pure rules of every service, on one clock that jumps to whatever is due next.
 */
export function createSimulation() {
  const stories: Story[] = [];
  const agenda: { at: number; run(): void }[] = [];
  const gone = createGone();
  let now = 0;
  const clock = () => new Date(now);
  const plan = (at: number, run: () => void) => void agenda.push({ at, run });
  const isDue = ({ dueAt }: Delivery) => dueAt !== null && dueAt.getTime() <= now;
  const isEnded = (one: Delivery) => isDue(one) && one.status !== 'deferred' && one.status !== 'queued';
  const maySendAgain = ({ status, onUnknown, unknowns, expiresAt }: Delivery) =>
    status === 'unknown' && onUnknown === 'resend' && unknowns <= 1 && expiresAt > clock();
  const tell = (story: Story, status: Told['status'], reason: string | null) =>
    void story.outcomes.push({ status, reason, after: (now - story.at) / SECOND });
  const rules = () => ({ now: clock(), staleAfterMs: 1_000 * DAY });

  return {
    publish(name: string, published: Published): void {
      plan(published.at, () => route(name, published));
    },
    /** Runs until nothing is due any more; returns every notice with what became of it. */
    run(): Story[] {
      for (let steps = 0; ; steps++) {
        const next = Math.min(...agenda.map(({ at }) => at), ...stories.flatMap(dueTimes));
        if (next === Infinity) return stories;
        if (steps > 100_000) throw new Error('the simulation does not end');
        now = Math.max(now, next);
        const items = agenda.splice(0);
        agenda.push(...items.filter(({ at }) => at > now));
        for (const { at, run } of items) if (at <= now) run();
        group(stories, clock());
        for (const story of stories) workOn(story);
      }
    },
  };

  function route(name: string, published: Published): void {
    const id = `n_${name}`;
    const expiresAt = new Date(now + published.ttlSeconds * SECOND);
    const about = { _id: id, subscriberId: published.person._id, acceptedAt: clock(), expiresAt };
    const draft = sampleNotification({ ...about, ...published.more });
    const { entity, category, mandatory, lane, notBefore } = draft;
    const said = { entity, category, mandatory, notBefore, expiresAt, cancelled: false, onlyContactId: null };
    const verdict = decide({ ...said, plan: published.plan, urgent: lane === 'urgent' }, published.person, rules());
    const notice = withVerdict(draft, verdict, clock());
    const deliveries = deliveriesOf(notice, clock(), 300 * SECOND);
    const story: Story = { ...published, name, notice, deliveries, sends: [], outcomes: [] };
    if (verdict.kind === 'end') tell(story, notice.status, notice.reason);
    stories.push(story);
    for (const { after, what } of published.later ?? []) plan(now + after * SECOND, () => happen(story, what));
  }

  function happen(story: Story, what: NonNullable<Published['later']>[number]['what']): void {
    if (typeof what === 'string')
      return void Object.assign(story.notice, what === 'read' ? { readAt: clock() } : { cancelledAt: clock() });
    const one = story.deliveries.find(({ channel }) => channel === what.channel)!;
    const moment = clock().toISOString();
    const about = { id: `r_${story.name}_${now}`, provider: 'sample', channel: what.channel, kind: what.receipt };
    const merged = mergeReceipt(one, { ...about, occurredAt: moment, receivedAt: moment });
    if (!merged) return;
    const { status, reason, entry } = merged;
    if (status !== one.status) one.dueAt = clock();
    Object.assign(one, { status, reason, receipts: [...one.receipts, entry] });
  }

  function workOn(story: Story): void {
    for (const delivery of story.deliveries) {
      if (delivery.status === 'queued') attempt(story, delivery);
      else if (!isDue(delivery)) continue;
      else if (isCarried(delivery)) follow(delivery, carrierOf(delivery, stories), clock());
      else if (delivery.status === 'deferred' || maySendAgain(delivery)) attempt(story, delivery);
      else if (delivery.status === 'unknown' && delivery.expiresAt > clock()) delivery.dueAt = delivery.expiresAt;
    }
    if (story.deliveries.some(isEnded)) settle(story);
  }

  function check({ notice, person }: Story, delivery: Delivery) {
    const about = { delivery, notification: notice, subscriber: person, directToContact: false };
    return checkBeforeSending({ ...about, superseded: gone.supersedes(notice) }, rules());
  }

  function attempt(story: Story, delivery: Delivery): void {
    const checked = check(story, delivery);
    const carried = split(delivery, checked, stories, check, clock());
    if (checked.kind === 'end') return void Object.assign(delivery, checked, { dueAt: clock() });
    if (checked.kind === 'defer') return void Object.assign(delivery, checked, { status: 'deferred' });
    const { channel, attempts } = delivery;
    const answer: SendResult = story.answers?.[channel]?.[attempts.length] ?? accepted;
    story.sends.push({
      channel,
      after: (now - story.at) / SECOND,
      ...(carried.length > 0 && { of: carried.length + 1 }),
    });
    const settings = { random: RANDOM, settleMs: SETTLE, unknownGraceMs: 60 * SECOND };
    const change = afterAnswer(delivery, answer, { now: clock(), ...settings });
    const record = attemptOf(delivery, 'sample', answer as Answer, clock(), clock());
    Object.assign(delivery, change, { attempts: [...attempts, record] });
    if (change.status === 'sent')
      for (const one of [story, ...carried.map((member) => member.story)]) gone.add(one.notice);
    for (const member of carried) follow(member.delivery, delivery, clock());
  }

  function settle(story: Story): void {
    for (const one of story.deliveries.filter((delivery) => isEnded(delivery)))
      for (const member of carriedOf(one, stories)) follow(member.delivery, one, clock());
    const verdict = judge(story.notice, story.deliveries, clock());
    for (const one of story.deliveries) {
      if (verdict.skip.includes(one._id))
        Object.assign(one, { status: 'skipped', reason: 'reached_earlier', dueAt: null });
      else if (verdict.kind === 'open' && verdict.hasten.includes(one._id)) one.dueAt = clock();
      else if (isEnded(one)) Object.assign(one, { dueAt: null }, one.status === 'sent' && { settledAt: clock() });
    }
    if (verdict.kind !== 'final' || verdict.status === story.notice.status) return;
    Object.assign(story.notice, { status: verdict.status, reason: verdict.reason, outcomeAt: clock() });
    tell(story, verdict.status, verdict.reason);
  }
}

const accepted: SendResult = { kind: 'accepted', providerRef: 'ref', code: null };

/** When something of a story is to be looked at next. */
const dueTimes = ({ deliveries }: Story): number[] =>
  deliveries.flatMap(({ dueAt, status }) => (dueAt === null || status === 'queued' ? [] : [dueAt.getTime()]));
