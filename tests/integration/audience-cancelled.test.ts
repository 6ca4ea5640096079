import { describe, expect, it } from '@jest/globals';
import { deliverBatch } from '../../services/channels/deliver.ts';
import { cancelNotice } from '../../services/ingest/cancel.ts';
import { at } from '../../services/shared/ledger/samples.ts';
import {
  announce,
  audience,
  clock,
  h,
  members,
  outcomes,
  PAGE,
  spread,
  spreadAll,
  useAudience,
} from './audience/bench.ts';

useAudience();

describe('a cancelled audience notice', () => {
  /** What the front door does when the entity cancels. */
  async function cancel(id: string) {
    await h.ledger.notifications.updateOne({ _id: id }, { $set: { cancelledAt: at(clock) } });
    await h.ledger.audiences.updateOne(
      { _id: id, status: { $in: ['waiting', 'spreading'] } },
      { $set: { status: 'stopped' } },
    );
  }
  const cancelled = (counts: object) => [{ status: 'cancelled', reason: 'cancelled', audience: counts, revision: 0 }];

  it('sends no further page and ends in one outcome with the counts so far', async () => {
    const { id } = await announce();
    await spread();
    const { counts } = (await audience(id))!;
    expect(counts.people).toBe(PAGE);
    await cancel(id);
    await Promise.all([spreadAll(), spreadAll()]);
    expect(outcomes(id)).toMatchObject(cancelled(counts));
    expect(await audience(id)).toMatchObject({ status: 'stopped', dueAt: null });
    expect(await members(id)).toHaveLength(PAGE);
  });

  it('ends at once, also when it was scheduled for much later', async () => {
    const { id } = await announce({ notbefore: at(clock + 86_400).toISOString() });
    await cancel(id);
    await spreadAll();
    expect(outcomes(id)).toMatchObject(cancelled({ people: 0, routed: 0, notReached: 0 }));
  });

  it('that was cancelled before the router heard of it goes to nobody', async () => {
    const { id, event } = await announce();
    await h.ledger.audiences.deleteOne({ _id: id });
    await h.ledger.notifications.updateOne({ _id: id }, { $set: { status: 'accepted', cancelledAt: at(clock) } });
    await announce({}, event);
    await spreadAll();
    expect(await members(id)).toEqual([]);
    expect(outcomes(id)).toMatchObject(cancelled({ people: 0, routed: 0, notReached: 0 }));
  });

  it('is not sent to those whose deliveries already wait', async () => {
    const { id } = await announce();
    await spread();
    await cancel(id);
    const waiting = await deliverAll(id);
    expect(h.providers.email.calls).toEqual([]);
    const after = await h.deliveries({ _id: { $in: waiting.map(({ _id }) => _id) } });
    expect(new Set(after.map(({ status }) => status))).toEqual(new Set(['cancelled']));
  });

  it('of which all pages are made, is still stopped: what waits is not sent', async () => {
    const { id } = await announce();
    await spreadAll();
    expect(outcomes(id)).toHaveLength(1);
    const deps = { ledger: h.ledger, now: () => at(clock) };
    expect(await cancelNotice(id, 'office', deps)).toMatchObject({ id, status: 'cancelled' });
    await deliverAll(id);
    expect(h.providers.email.calls).toEqual([]);
    expect(await cancelNotice(id, 'office', deps)).toMatchObject({ status: 'cancelled' });
    expect(outcomes(id)).toHaveLength(1);
  });

  it('that has expired is too late to cancel', async () => {
    const { id } = await announce();
    await spreadAll();
    const deps = { ledger: h.ledger, now: () => at(clock + 30 * 86_400) };
    expect(await cancelNotice(id, 'office', deps)).toMatchObject({ status: 'too_late' });
  });
});

describe('an audience notice whose type has left the catalogue', () => {
  it('ends as rejected, also half-way, instead of being tried for ever', async () => {
    const { id } = await announce();
    await spread();
    const catalogue = { ...h.deps.catalogue, type: () => null };
    expect(await spread({ ...h.deps, catalogue })).toBe(true);
    expect(await spread({ ...h.deps, catalogue })).toBe(false);
    expect(outcomes(id)).toMatchObject([{ status: 'rejected', reason: 'invalid_event', audience: { people: PAGE } }]);
    expect(await audience(id)).toMatchObject({ status: 'done', dueAt: null });
  });
});

async function deliverAll(id: string) {
  const waiting = await h.deliveries({ notificationId: { $in: (await members(id)).map(({ _id }) => _id) } });
  expect(waiting.length).toBeGreaterThan(0);
  const place = { topic: 't', partition: 0, key: null, headers: {}, at: at(clock) };
  const messages = waiting.map(({ _id }, n) => ({
    ...{ ...place, offset: String(n), value: Buffer.from(JSON.stringify({ deliveryId: _id })) },
  }));
  await deliverBatch(messages, h.channel('email'));
  return waiting;
}
