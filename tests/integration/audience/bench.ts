import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { routeBatch } from '../../../services/router/route.ts';
import { spreadPage } from '../../../services/router/spread.ts';
import { notificationId } from '../../../services/shared/ids.ts';
import type { Audience, Notification } from '../../../services/shared/ledger/types.ts';
import { type Harness, startHarness } from '../../support/harness.ts';
import { TYPES } from '../../support/pipeline-catalogue.ts';

export const PAGE = 4;
export const ALL = 'audience:all';
export let h: Harness;
let offset = 0;
export let clock = 0;

/** Ten people over three pages, for the test file; no audience notice outlives its test. */
export function useAudience(): void {
  beforeAll(async () => {
    h = await startHarness('audience');
    // Ten people over three pages; two of them have no mailbox.
    for (let n = 0; n < 10; n++) {
      const subject = `cpr:90010${String(n).padStart(4, '0')}`;
      const address = `person-${n}@example.com`;
      await h.person({ subject, contacts: n % 5 === 4 ? [] : [{ channel: 'email', kind: 'email', address }] });
    }
  }, 60_000);
  afterAll(() => h?.stop());
  afterEach(() => h.ledger.audiences.deleteMany({}));
}

/** A campaign that the router has just heard of; its id. */
export async function announce(
  more: Record<string, unknown> = {},
  event = h.event({ type: TYPES.campaign, subject: ALL, ...more }),
) {
  await routeBatch([await h.message(event, ++offset)], 'office', h.deps);
  const id = notificationId('/office', String(event.id), h.deps.blind.subscriberId(ALL));
  return { id, event };
}
export const audience = (id: string) => h.ledger.audiences.findById(id).lean<Audience>();
export const members = (id: string) => h.ledger.notifications.find({ audienceOf: id }).lean<Notification[]>();
export const outcomes = (id: string) => h.told(h.topics.outcomes('office')).filter((one) => one.notificationId === id);
export const spread = (deps = h.deps) => spreadPage(deps, PAGE);
export async function spreadAll() {
  while (await spread());
}
export function pass(seconds: number) {
  clock += seconds;
  h.setClock(clock);
}
/** So long that a claim which nobody gave back has run out. */
export const LEASE = 61;

export const COUNTS = { people: 10, routed: 8, notReached: 2 };

export async function expectDone(id: string) {
  const people = await members(id);
  expect(new Set(people.map(({ subscriberId }) => subscriberId)).size).toBe(10);
  expect(people).toHaveLength(10);
  expect(await h.deliveries({ notificationId: { $in: people.map(({ _id }) => _id) } })).toHaveLength(8);
  expect(await audience(id)).toMatchObject({ status: 'done', counts: COUNTS, dueAt: null, claim: null });
  expect(outcomes(id)).toMatchObject([{ status: 'partly_reached', audience: COUNTS, revision: 0 }]);
}
