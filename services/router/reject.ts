import type { Blind } from '../shared/crypto/blind.ts';
import type { OpenedMessage } from '../shared/event/open-message.ts';
import { notificationId } from '../shared/ids.ts';
import type { Notification } from '../shared/ledger/types.ts';

/** What an entity may not do, as against what is wrong with an event. */
const RIGHTS = new Set(['not_granted', 'entity_suspended', 'entity_in_test']);

type Refused = Extract<OpenedMessage, { kind: 'refused' }>;

/**
 * The outcome `rejected` of an event that could be read well enough to be named, so that its entity hears of it and not
 * only the operators who see the dead letter. Null when nobody knows whose it was. It is told, not stored.
 */
export function rejectionOf(refused: Refused, entity: string, blind: Blind, now: Date): Notification | null {
  if (!refused.identity) return null;
  const { source, id, type } = refused.identity;
  const subscriberId = blind.token('rejected', source, id);
  const blank = { subscriberId, entity, source, type, eventId: id } as Notification;
  return {
    ...blank,
    _id: notificationId(source, id, subscriberId),
    status: 'rejected',
    reason: RIGHTS.has(refused.code) ? 'not_granted' : 'invalid_event',
    decisions: [],
    correlationId: null,
    audienceOf: null,
    acceptedAt: refused.message.at,
    outcomeAt: now,
    outcomeTold: false,
    outcomeRevision: 0,
    test: refused.message.headers.test === '1',
  };
}
