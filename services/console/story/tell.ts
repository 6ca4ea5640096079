import { REASONS, type Reason } from '../../../contracts/status.ts';
import { ERASED_SUBSCRIBER } from '../../shared/erased.ts';
import type { Attempt, Decision, Delivery, StoredReceipt } from '../../shared/ledger/types.ts';
import { shortReference } from '../../shared/render/message.ts';
import { explain, type Line, type Names, type Story, standing } from '../explain.ts';
import { NOTIFICATION, type Text } from '../explain-words.ts';
import type { Masked } from './load.ts';

export type Because = { code: Reason } & Text;
type ToldAttempt = Pick<Attempt, 'no' | 'provider' | 'startedAt' | 'endedAt' | 'result' | 'code'> & {
  reason: Because | null;
};
type ToldReceipt = Pick<StoredReceipt, 'provider' | 'kind' | 'smtpStatus' | 'occurredAt' | 'receivedAt'> & {
  id: string;
  reason: Because | null;
};
export type ToldDecision = Pick<Decision, 'channel' | 'step' | 'decision' | 'dueAt'> & {
  reason: Because | null;
  contact: Masked | null;
};
export type ToldDelivery = Pick<Delivery, 'channel' | 'step' | 'status' | 'provider' | 'segments' | 'language'> &
  Pick<Delivery, 'createdAt' | 'updatedAt' | 'replays'> & {
    id: string;
    contact: Masked | null;
    toDelegate: boolean;
    reason: Because | null;
    standing: Text;
    /** When it is looked at next, while it is not at its end. */
    nextAt: Date | null;
    attempts: ToldAttempt[];
    receipts: ToldReceipt[];
  };

export type ToldStory = ReturnType<typeof tellStory>;

const WAITS = new Set(['deferred', 'queued', 'sending', 'unknown']);

/**
 * Everything about a notice in one answer: event, decisions (also why not), deliveries with attempts and evidence,
 * outcome, and the same in plain words (`lines`). Pure. Addresses are masked; there is no content.
 */
export function tellStory(story: Story, names: Names, contacts: Map<string, Masked>) {
  const { notification: n, deliveries, receipts } = story;
  const entity: Text = names.entity ?? { en: n.entity, ar: n.entity };
  const type: Text = names.type ?? { en: n.type, ar: n.type };
  const ofDelivery = Map.groupBy(receipts, ({ deliveryId }) => deliveryId);
  const { _id, eventId, source, eventTime, acceptedAt, routedAt, notBefore, expiresAt, cancelledAt, readAt } = n;
  return {
    id: _id,
    reference: shortReference(_id),
    test: n.test,
    event: {
      ...{ id: eventId, source, entity: { id: n.entity, ...entity }, type: { id: n.type, ...type } },
      ...{ time: eventTime, acceptedAt, routedAt, notBefore, expiresAt, cancelledAt, duplicates: n.duplicates },
      ...{
        case: n.correlationId,
        follows: n.causationId ?? null,
        sequence: n.sequence,
        lane: n.lane,
        category: n.category,
        mandatory: n.mandatory,
      },
    },
    person: { id: n.subscriberId, erased: n.subscriberId === ERASED_SUBSCRIBER, readAt },
    decisions: n.decisions.map((one): ToldDecision => {
      const { channel, step, decision, dueAt, reason, contactId } = one;
      return {
        channel,
        step,
        decision,
        dueAt,
        reason: because(reason),
        contact: contacts.get(contactId ?? '') ?? null,
      };
    }),
    deliveries: deliveries.map((one) => tellDelivery(one, ofDelivery.get(one._id) ?? [], contacts)),
    outcome: {
      ...{ status: n.status, reason: because(n.reason), at: n.outcomeAt, revision: n.outcomeRevision },
      ...{ told: n.outcomeTold, text: NOTIFICATION[n.status] },
    },
    lines: explain(story, names) as Line[],
  };
}

function tellDelivery(delivery: Delivery, receipts: StoredReceipt[], contacts: Map<string, Masked>): ToldDelivery {
  const { _id, channel, step, status, provider, segments, language, createdAt, updatedAt, replays, dueAt } = delivery;
  return {
    ...{ id: _id, channel, step, status, provider, segments, language, createdAt, updatedAt, replays },
    contact: contacts.get(delivery.contactId) ?? null,
    toDelegate: delivery.delegateId !== undefined,
    reason: because(delivery.reason),
    standing: standing(delivery).text,
    nextAt: WAITS.has(status) && !delivery.pausedBy ? dueAt : null,
    attempts: delivery.attempts.map(({ no, provider: by, startedAt, endedAt, result, code, reason }) => ({
      ...{ no, provider: by, startedAt, endedAt, result, code, reason: because(reason) },
    })),
    receipts: receipts
      .toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime())
      .map(({ _id: id, provider: by, kind, smtpStatus, occurredAt, receivedAt, reason }) => ({
        ...{ id, provider: by, kind, smtpStatus, occurredAt, receivedAt, reason: because(reason) },
      })),
  };
}

const because = (reason: Reason | null): Because | null =>
  reason === null ? null : { code: reason, en: REASONS[reason].en, ar: REASONS[reason].ar };
