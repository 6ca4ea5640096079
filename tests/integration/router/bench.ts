import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { routeBatch } from '../../../services/router/route.ts';
import { notificationId } from '../../../services/shared/ids.ts';
import type { IncomingMessage } from '../../../services/shared/kafka/consumer.ts';
import type { Notification } from '../../../services/shared/ledger/types.ts';
import { CPR, type Harness, startHarness } from '../../support/harness.ts';

export let h: Harness;
let offset = 0;

/** A router of its own for the test file, with an invented person. */
export function useRouter(): void {
  beforeAll(async () => {
    h = await startHarness('router');
  }, 60_000);
  afterAll(() => h?.stop());
  beforeEach(() => h.person());
}

export const next = (event: object) => h.message(event, ++offset);
export const route = (...messages: IncomingMessage[]) => routeBatch(messages, 'office', h.deps);
export const idOf = (event: { source: unknown; id: unknown }, subject = CPR) =>
  notificationId(String(event.source), String(event.id), h.deps.blind.subscriberId(subject));
export const stored = (event: { source: unknown; id: unknown }, subject = CPR) =>
  h.ledger.notifications.findById(idOf(event, subject)).lean<Notification>();
export const outcomes = (id: string) =>
  h.told(h.topics.outcomes('office')).filter(({ notificationId }) => notificationId === id);
export const lane = (channel: 'sms' | 'email' | 'push', of: 'urgent' | 'normal' | 'bulk' = 'normal') =>
  h.told(h.topics.deliveries(channel, of));

export const lastOffset = () => offset;
