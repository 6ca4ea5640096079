import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../../services/shared/crypto/field.ts';
import { notificationId } from '../../../services/shared/ids.ts';
import { CODE, type Json, MINUTE, useRegistry } from './setup.ts';

const t = useRegistry();

describe('the inbox', () => {
  it('gives pages, newest first, with decisions and reasons, and never a one-time code', async () => {
    const noor = await t.person();
    const { id: subscriberId } = (await noor.call('PUT', '/me', {})).body;
    const entry = t.catalogue.entities.find(({ entity }) => entity === 'sijilat')!;
    await t.ledger.notifications.insertMany(
      ['a', 'b', 'c', 'd', 'e'].map((eventId, i) => stored(subscriberId, eventId, entry.types[0]!.type, i < 3 ? 0 : i)),
    );
    await t.ledger.notifications.insertMany([
      stored(subscriberId, 'code', CODE, 9),
      stored('s_someoneelse', 'f', CODE, 3),
    ]);
    const first = (await noor.call('GET', '/me/notifications?limit=2')).body;
    const second = (await noor.call('GET', `/me/notifications?limit=2&after=${first.next}`)).body;
    const third = (await noor.call('GET', `/me/notifications?limit=2&after=${second.next}`)).body;
    const seen = [...first.items, ...second.items, ...third.items];
    expect(third.next).toBeNull();
    expect(seen.map(({ data }: Json) => data.reference).slice(0, 2)).toEqual(['e', 'd']);
    expect(new Set(seen.map(({ data }: Json) => data.reference))).toEqual(new Set(['a', 'b', 'c', 'd', 'e']));
    expect(seen[0].decisions[0]).toMatchObject({
      channel: 'sms',
      decision: 'skip',
      reason: { code: 'opted_out', en: expect.any(String) },
    });
    const one = `/me/notifications/${seen[0].id}`;
    const officer = await t.person({ subject: noor.subject, by: 'officer' });
    expect((await officer.call('POST', `${one}/read`)).body).toMatchObject({ readAt: null, data: null });
    expect((await noor.call('POST', `${one}/read`)).body.readAt).toBe(new Date(t.clock).toISOString());
    expect((await (await t.person()).call('GET', one)).body.code).toBe('notification_unknown');
  });
});

const stored = (subscriberId: string, eventId: string, type: string, minutes: number): Json => ({
  _id: notificationId('/sijilat', eventId, subscriberId),
  entity: 'sijilat',
  source: '/sijilat',
  eventId,
  type,
  subscriberId,
  status: 'not_reached',
  reason: 'opted_out',
  category: 'licences',
  mandatory: false,
  correlationId: null,
  data: createSealer(t.ring).seal(JSON.stringify({ reference: eventId }), 'data'),
  decisions: [{ channel: 'sms', step: 0, decision: 'skip', reason: 'opted_out', contactId: null, dueAt: null }],
  acceptedAt: new Date(Date.parse('2026-11-24T08:00:00Z') + minutes * MINUTE),
  readAt: null,
});
