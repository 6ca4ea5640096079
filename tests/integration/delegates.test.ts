import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { applyReceipts } from '../../services/receipts/apply.ts';
import { settleOnce } from '../../services/receipts/settle.ts';
import type { Caller } from '../../services/registry/context.ts';
import { createRegistry, type Registry } from '../../services/registry/service.ts';
import { createMandates } from '../../services/registry/store/mandates.ts';
import { eraseMe } from '../../services/registry/use-cases/erase.ts';
import { readTimeline } from '../../services/registry/use-cases/timeline.ts';
import { scheduleOnce } from '../../services/router/scheduler.ts';
import { at, NOON } from '../../services/shared/ledger/samples.ts';
import type { Contact, Delivery, Subscriber } from '../../services/shared/ledger/types.ts';
import { MANDATES, type Mandate } from '../../services/shared/mandates.ts';
import { CPR, type PersonOver } from '../support/harness.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';
import { deliver, h, message, only, read, route, useChannels } from './channels/bench.ts';

useChannels();

const [HELPER, OTHER] = ['cpr:900100002', 'cpr:900100003'];
const phone = (address: string): Partial<Contact> => ({ channel: 'sms', kind: 'mobile', address });
const helper = (subject: string, address: string, more: PersonOver = {}) =>
  h.person({ subject, contacts: [phone(address)], ...more });
const idOf = (subject: string) => h.deps.blind.subscriberId(subject);
const caller = (subject: string): Caller => ({
  ...{ subscriberId: idOf(subject), subject, scheme: 'cpr', kind: 'person', assurance: 'high', by: 'person' },
  client: 'test',
});

let registry: Registry;
let mandates: Awaited<ReturnType<typeof createMandates>>;
beforeAll(async () => {
  registry = await createRegistry({
    ...h.deps,
    now: h.deps.clock,
    publish: async () => {},
    authenticate: async () => ({ subject: CPR, assurance: 'high', by: 'person' }),
  });
  mandates = await createMandates(h.ledger, h.deps.ring.codes);
});
beforeEach(() => h.ledger.connection.collection(MANDATES).deleteMany({}));

/** An accepted mandate of the invented person. */
async function mandate(delegate: string, more: Partial<Mandate> = {}): Promise<Mandate> {
  const made: Mandate = {
    ...{ _id: mandates.freshId(), kind: 'helper', scope: ['receive'], invitedBy: 'principal', state: 'active' },
    ...{ principalId: idOf(CPR), principal: h.sealer.seal(CPR, 'subject') },
    ...{ delegateId: idOf(delegate), delegate: h.sealer.seal(delegate, 'subject') },
    ...{ codeEndsAt: NOON, validUntil: at(86_400), createdAt: NOON, acceptedAt: NOON, endedAt: null, endedBy: null },
    ...more,
  };
  await mandates.add(made, made._id);
  return made;
}
const to = (some: Delivery[], { _id }: Mandate) => some.filter(({ mandateId }) => mandateId === _id);
const called = () => h.providers.sms.calls.map(({ address }) => address).toSorted();
const timelineOf = async (id: string, who = CPR) => {
  const found = await readTimeline(registry.context, caller(who), id);
  return found.ok ? found.value.entries : [];
};

describe('a delegate who also receives', () => {
  it('gets the notice at the same time as the person, and so does a second one; the entity is told apart', async () => {
    await Promise.all([helper(HELPER, '+97336001235'), helper(OTHER, '+97336001236')]);
    const [first, second] = [await mandate(HELPER), await mandate(OTHER)];
    await mandate(OTHER, { validUntil: at(3_600), kind: 'guardian' });
    const made = await route(h.event({ type: TYPES.sms }));
    expect([made, to(made, first), to(made, second)].map(({ length }) => length)).toEqual([3, 1, 1]);
    await deliver('sms', made);
    expect(called()).toEqual(['+97336001234', '+97336001235', '+97336001236']);
    h.setClock(120);
    await settleOnce(h.deps);
    expect(h.told(h.topics.outcomes('office')).at(-1)).toMatchObject({
      status: 'reached',
      channels: expect.arrayContaining([
        { channel: 'sms', status: 'sent' },
        { channel: 'sms', status: 'sent', to: 'delegate' },
      ]),
    });
  });

  it('gets nothing once the mandate is revoked, although the message was queued; the timeline says why', async () => {
    await helper(HELPER, '+97336001235');
    const given = await mandate(HELPER);
    const made = await route(h.event({ type: TYPES.sms }));
    await mandates.revoke(given._id, 'principal', idOf(CPR), at(1));
    await deliver('sms', made);
    expect(called()).toEqual(['+97336001234']);
    const [theirs] = to(made, given);
    expect(await read(theirs!._id)).toMatchObject({ status: 'skipped', reason: 'mandate_ended', attempts: [] });
    const entries = await timelineOf(theirs!.notificationId);
    expect(entries.find(({ delegate }) => delegate)).toMatchObject({
      ...{ what: 'skipped', to: null, delegate: '*0002' },
      reason: { code: 'mandate_ended', en: expect.stringMatching(/mandate/), ar: expect.stringMatching(/التفويض/) },
    });
    h.setClock(120);
    await settleOnce(h.deps);
    expect(h.told(h.topics.outcomes('office')).at(-1)).toMatchObject({ status: 'reached' });
  });

  it.each([
    ['over', { validUntil: at(60) }],
    ['narrowed', { scope: ['notices'] as Mandate['scope'] }],
  ])('gets nothing of what waits when the mandate is %s by then', async (_, change) => {
    await helper(HELPER, '+97336001235');
    const given = await mandate(HELPER);
    const made = to(await route(h.event({ type: TYPES.sms })), given);
    await h.ledger.connection.collection<Mandate>(MANDATES).updateOne({ _id: given._id }, { $set: change });
    h.setClock(90);
    await deliver('sms', made);
    expect([called(), (await read(made[0]!._id))?.reason]).toEqual([[], 'mandate_ended']);
    expect(to(await route(h.event({ type: TYPES.sms })), given)).toEqual([]);
  });

  it('receives alone for a person without a contact, and a delegate without one only leaves a reason', async () => {
    await h.person({ contacts: [] });
    await Promise.all([helper(HELPER, '+97336001235'), h.person({ subject: OTHER, contacts: [] })]);
    const given = await mandate(HELPER);
    await mandate(OTHER);
    const made = await route(h.event({ type: TYPES.sms }));
    expect(made).toHaveLength(1);
    await deliver('sms', to(made, given));
    expect(called()).toEqual(['+97336001235']);
    const entries = await timelineOf(made[0]!.notificationId);
    expect(entries.map(({ what, delegate, reason }) => [what, delegate, reason?.code])).toEqual([
      ['accepted', undefined, undefined],
      ['skipped', undefined, 'no_contact'],
      ['skipped', '*0003', 'no_contact'],
      ['sent', '*0002', undefined],
    ]);
  });

  it('waits for the end of the own quiet hours, and is stopped by a revocation meanwhile', async () => {
    await helper(HELPER, '+97336001235', { quietHours: { from: '11:00', to: '14:00' } });
    const given = await mandate(HELPER);
    const made = await route(h.event({ type: TYPES.sms }));
    await deliver('sms', made);
    expect(called()).toEqual(['+97336001234']);
    const [theirs] = to(made, given);
    expect(await read(theirs!._id)).toMatchObject({ status: 'deferred', reason: 'quiet_hours', dueAt: at(7_200) });
    h.setClock(7_200);
    await scheduleOnce(h.deps);
    await mandates.revoke(given._id, 'delegate', idOf(HELPER), at(7_201));
    await deliver('sms', [theirs!]);
    expect([called(), (await read(theirs!._id))?.reason]).toEqual([['+97336001234'], 'mandate_ended']);
  });

  it('never gets a one-time code', async () => {
    await helper(HELPER, '+97336001235');
    const given = await mandate(HELPER);
    const code = h.deps.catalogue.type(TYPES.code)!.type;
    code.replay = false;
    const made = await route(h.event({ type: TYPES.code }));
    code.replay = true;
    expect([made.length, to(made, given)]).toEqual([1, []]);
  });

  it('has what comes back from their own address done to their own contact', async () => {
    await helper(HELPER, '+97336001235');
    const given = await mandate(HELPER);
    const [theirs] = to(await route(h.event({ type: TYPES.sms })), given);
    const time = NOON.toISOString();
    const receipt = {
      ...{ id: `r_${'a'.repeat(32)}`, provider: 'recording-sms', channel: 'sms', deliveryId: theirs!._id },
      ...{ kind: 'opted_out', reason: 'opted_out', occurredAt: time, receivedAt: time },
    };
    await applyReceipts([message(JSON.stringify(receipt))], h.deps);
    const states = async (subject: string) =>
      (await h.ledger.subscribers.findById(idOf(subject)).lean<Subscriber>())?.contacts.map(({ state }) => state);
    expect([await states(HELPER), await states(CPR)]).toEqual([['opted_out'], ['verified', 'verified', 'verified']]);
  });

  it('leaves no trace in the notices of others once they are erased, and what waits for them is not sent', async () => {
    await helper(HELPER, '+97336001235', { createdAt: at(-60) });
    const given = await mandate(HELPER);
    const made = await route(h.event({ type: TYPES.sms }));
    h.setClock(1);
    await eraseMe(registry.context, caller(HELPER));
    await deliver('sms', made);
    expect(called()).toEqual(['+97336001234']);
    const stored = await Promise.all([h.ledger.deliveries.find().lean(), h.ledger.notifications.find().lean()]);
    expect(JSON.stringify(stored)).not.toContain(idOf(HELPER));
    expect(JSON.stringify(stored)).not.toContain(only(to(made, given), 'sms')[0]!.contactId);
    const entries = await timelineOf(made[0]!.notificationId);
    expect(entries.find(({ delegate }) => delegate)).toMatchObject({ delegate: '*', what: 'skipped' });
  });
});
