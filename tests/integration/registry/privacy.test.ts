import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../../services/shared/crypto/field.ts';
import { deliveryId, notificationId } from '../../../services/shared/ids.ts';
import { type Json, MINUTE, type Person, useRegistry } from './setup.ts';

const t = useRegistry();
const START = t.clock;

/** A person with a proved mobile and a notice in each state of sending. */
async function furnished(): Promise<{ who: Person; id: string; contact: string }> {
  const who = await t.person();
  await who.call('PUT', '/me', {});
  t.clock += 1000;
  const contact = await t.addSms(who);
  t.clock += 1000;
  await who.call('POST', `/me/contacts/${contact}/verify`, { code: t.codesFor(contact).at(-1) });
  t.clock += 1000;
  const { id } = (await who.call('GET', '/me')).body;
  await who.call('PUT', '/me/preferences', { preferences: [optOut] });
  for (const status of ['deferred', 'queued', 'unknown', 'delivered']) await addNotice(id, contact, status);
  return { who, id, contact };
}

const optOut = { entity: 'sijilat', category: 'announcements', channel: 'email', allow: false };

async function addNotice(subscriberId: string, contactId: string, status: string): Promise<void> {
  const sealer = createSealer(t.ring);
  const eventId = randomUUID();
  const _id = notificationId('/sijilat', eventId, subscriberId);
  const type = t.catalogue.entities.find(({ entity }) => entity === 'sijilat')!.types[0]!.type;
  const acceptedAt = new Date(t.clock);
  const expiresAt = new Date(t.clock + 60 * MINUTE);
  const plan = { decisions: [{ channel: 'sms', step: 0, decision: 'send', reason: null, contactId, dueAt: null }] };
  const data = sealer.seal(JSON.stringify({ reference: 'a secret of mine' }), 'data');
  const notice = {
    _id,
    subscriberId,
    eventId,
    type,
    source: '/sijilat',
    entity: 'sijilat',
    status: 'routed',
    reason: null,
  };
  const delivery = { _id: deliveryId(_id, 'sms', contactId), notificationId: _id, subscriberId, contactId, status };
  await t.ledger.notifications.insertMany([
    {
      ...notice,
      ...plan,
      data,
      correlationId: `case-${subscriberId}`,
      category: 'licences',
      acceptedAt,
      readAt: null,
      mandatory: true,
    },
  ] as Json);
  await t.ledger.deliveries.insertMany([{ ...delivery, channel: 'sms', reason: null, dueAt: null, expiresAt }] as Json);
  const receipt = {
    _id: `r_${randomUUID()}`,
    deliveryId: delivery._id,
    evidence: sealer.seal('+97336001234', 'evidence'),
  };
  await t.ledger.receipts.insertMany([receipt] as Json);
}

describe('what is held about a person', () => {
  it('is told with the history of consent, newest first, every change once and sealed at rest', async () => {
    const { who, id } = await furnished();
    t.clock += 1000;
    await who.call('PUT', '/me', { language: 'en' });
    const { body } = await who.call('GET', '/me/record');
    expect(body.nationalNumber).toBe(who.subject);
    expect(body.noticesHeld).toBe(4);
    expect(body.preferences).toEqual([optOut]);
    expect(body.consents.map(({ what }: Json) => what)).toEqual([
      'profile',
      'preferences',
      'contact_verified',
      'contact_added',
      'registered',
    ]);
    expect(body.consents[1].detail).toEqual({ preferences: [optOut] });
    expect(body.consents[2].detail).toMatchObject({ channel: 'sms', masked: expect.stringMatching(/^\*\d{4}$/) });
    const stored = await t.ledger.connection.collection('consents').find({ subscriberId: id }).toArray();
    expect(JSON.stringify(stored)).not.toMatch(/announcements|\*\d{4}/);
  });

  it('names every look of an officer by time and part, and none of the person', async () => {
    const { who } = await furnished();
    const officer = await t.person({ subject: who.subject, by: 'officer' });
    t.clock += MINUTE;
    await officer.call('GET', '/me/notifications');
    t.clock += MINUTE;
    await officer.call('GET', '/me/contacts');
    const { lookups } = (await who.call('GET', '/me/record')).body;
    expect(lookups).toEqual([
      { by: 'officer', what: 'contacts', at: new Date(t.clock).toISOString() },
      { by: 'officer', what: 'notices', at: new Date(t.clock - MINUTE).toISOString() },
    ]);
  });

  it('is exported whole as a file, and to the person only', async () => {
    const { who } = await furnished();
    const { body, headers } = await who.call('GET', '/me/export');
    expect(body.code).toBeUndefined();
    expect(headers.get('content-disposition')).toBe('attachment; filename=notifyme-record.json');
    expect(body.notices).toHaveLength(4);
    expect(body.notices[0].data).toEqual({ reference: 'a secret of mine' });
    expect(body.notices.map(({ timeline }: Json) => timeline[1].what).sort()).toEqual([
      'deferred',
      'delivered',
      'queued',
      'unknown',
    ]);
    const officer = await t.person({ subject: who.subject, by: 'officer' });
    expect((await officer.call('GET', '/me/export')).body.code).toBe('assurance_too_low');
    expect((await officer.call('DELETE', '/me')).body.code).toBe('assurance_too_low');
  });
});

describe('erasure', () => {
  it('stops what waits, and leaves nothing by which the person is found', async () => {
    const { who, id, contact } = await furnished();
    await signIn(who, 'theirs');
    await signIn(await t.person(), 'of somebody else');
    expect((await who.call('DELETE', '/me')).status).toBe(204);
    const { deliveries } = t.ledger;
    const mine = await deliveries.find({ subscriberId: /^s_0{32}$/ }).lean();
    expect(mine.map(({ status }) => status).sort()).toEqual(['cancelled', 'cancelled', 'delivered', 'unknown']);
    // Due, so that settling tells the entity; an unknown one is over and so is not sent again.
    const open = mine.filter(({ status }) => status !== 'delivered');
    expect(open.every(({ dueAt }) => dueAt?.getTime() === t.clock)).toBe(true);
    expect(mine.find(({ status }) => status === 'unknown')?.expiresAt.getTime()).toBe(t.clock);
    expect(
      await t.ledger.receipts.countDocuments({ deliveryId: { $in: mine.map(({ _id }) => _id) }, evidence: null }),
    ).toBe(4);
    expect((await t.ledger.connection.collection('sessions').find().toArray()).map(({ _id }) => String(_id))).toEqual([
      'of somebody else',
    ]);
    t.clock += 6 * MINUTE;
    await t.registry.sweep();
    const raw = await t.rawDatabase();
    expect([id, contact, who.subject].filter((trace) => raw.includes(trace))).toEqual([]);
    expect((await who.call('GET', '/me')).body.code).toBe('not_registered');
    expect((await who.call('DELETE', '/me')).status).toBe(204);
  });

  it('that a crash left half-way is finished by the sweep, with what was routed meanwhile', async () => {
    const { id, contact } = await furnished();
    await t.registry.context.erasures.ask(id, [contact], new Date(t.clock));
    await addNotice(id, contact, 'queued');
    await t.registry.sweep();
    expect((await t.rawDatabase()).includes(id)).toBe(true);
    t.clock += 6 * MINUTE;
    await Promise.all([t.registry.sweep(), t.registry.sweep()]);
    expect((await t.rawDatabase()).includes(id)).toBe(false);
  });

  it('does not touch what the person registers afterwards', async () => {
    const { who } = await furnished();
    await who.call('DELETE', '/me');
    t.clock += MINUTE;
    await t.verified(who, t.mobile());
    t.clock += 6 * MINUTE;
    await t.registry.sweep();
    const { contacts } = (await who.call('GET', '/me')).body;
    expect(contacts.map(({ state }: Json) => state)).toEqual(['verified']);
  });
});

/** A session as the pages keep it. */
async function signIn({ subject }: Person, _id: string): Promise<void> {
  const person = {
    id: t.registry.context.blind.subscriberId(subject),
    subject: createSealer(t.ring).seal(subject, 'subject'),
    beganAt: START,
  };
  await t.ledger.connection.collection<{ _id: string }>('sessions').insertOne({ _id, session: { person } } as never);
}
