import type { Language } from '../../../contracts/status.ts';
import { momentIn } from '../explain.ts';
import { RECEIPT } from '../explain-words.ts';
import type { ToldDelivery, ToldStory } from '../story/tell.ts';
import { toneOf } from './tones.ts';

export type ShownAs = {
  language: Language;
  canReveal: boolean;
  /** The delivery whose address is shown this once, and the address; null when the contact is gone. */
  revealed?: { delivery: string; address: string | null };
  /** The delivery whose reason was too short. */
  asked?: string;
};

/** A story as its page shows it: words instead of codes, moments as text. Pure. */
export function viewStory(told: ToldStory, shown: ShownAs) {
  const time = (at: Date | null) => (at === null ? null : momentIn(shown.language, at));
  const { event, outcome } = told;
  return {
    ...{ id: told.id, test: told.test, status: statusOf(outcome.status) },
    outcome: { text: outcome.text, reason: outcome.reason, at: time(outcome.at), told: outcome.told },
    event: {
      ...{ id: event.id, entity: event.entity, type: event.type, case: event.case, mandatory: event.mandatory },
      follows: event.follows,
      ...{ accepted: time(event.acceptedAt), expires: time(event.expiresAt), lane: `story.lane.${event.lane}` },
    },
    decisions: told.decisions.map(({ channel, decision, reason, dueAt, contact }) => ({
      ...{ channel: channelKey(channel), decided: `story.decided.${decision}`, reason, due: time(dueAt) },
      masked: contact?.masked ?? null,
    })),
    deliveries: told.deliveries.map((one) => viewDelivery(one, shown)),
    lines: told.lines.map(({ at, text }) => ({ at: time(at), text })),
  };
}

function viewDelivery(delivery: ToldDelivery, { language, canReveal, revealed, asked }: ShownAs) {
  const { id, channel, status, contact, standing, nextAt, segments, toDelegate, attempts, receipts } = delivery;
  const time = (at: Date) => momentIn(language, at);
  const isRevealed = revealed?.delivery === id;
  return {
    ...{ id, channel: channelKey(channel), status: statusOf(status), standing, segments, toDelegate },
    ...{ masked: contact?.masked ?? null, next: nextAt && time(nextAt) },
    address: isRevealed ? (revealed.address ?? '—') : null,
    asks: canReveal && contact !== null && !isRevealed,
    isAsked: asked === id,
    attempts: attempts.map(({ no, endedAt, provider, result, reason, code }) => ({
      ...{ no, at: time(endedAt), provider, result: `story.result.${result}`, reason, code },
    })),
    receipts: receipts.map(({ occurredAt, provider, kind, reason, smtpStatus }) => ({
      ...{ at: time(occurredAt), provider, says: RECEIPT[kind], reason, code: smtpStatus },
    })),
  };
}

export const channelKey = (channel: string): string => `search.channel.${channel}`;

export const statusOf = (status: Parameters<typeof toneOf>[0]) => ({
  key: `search.status.${status}`,
  tone: toneOf(status),
});
