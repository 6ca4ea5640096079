import { describe, expect, it } from '@jest/globals';
import type { Caller } from '../../../services/registry/context.ts';
import { claimContact } from '../../../services/registry/use-cases/claim-contact.ts';
import { addressIdOf } from '../../../services/registry/use-cases/send-code.ts';
import { type Json, MINUTE, type Person, TAKEN_OVER, useRegistry } from './setup.ts';

const t = useRegistry();

describe('ownership', () => {
  it('moves to who proves the address last; the holder before is told', async () => {
    const [holder, next] = [await t.person(), await t.person()];
    const address = '+97336002002';
    const old = await t.verified(holder, address);
    t.clock += 2 * MINUTE;
    const before = await t.counted('registrations', 'contact_taken_over');
    await t.verified(next, address);
    expect((await holder.call('GET', '/me')).body).toMatchObject({
      canBeNotified: false,
      contacts: [{ id: old, state: 'taken_over', main: false }],
    });
    const told = t.published.filter(({ type, subject }) => type === TAKEN_OVER && subject === holder.subject);
    expect(told.map(({ data }) => data)).toEqual([{ channel: 'sms', masked: '*2002' }]);
    expect(t.catalogue.type(TAKEN_OVER)!.validateData(told[0]!.data)).toEqual([]);
    expect((await next.call('GET', '/me')).body.contacts).toMatchObject([{ state: 'verified', main: true }]);
    expect(await t.counted('registrations', 'contact_taken_over')).toBe(before + 1);
  });

  it('does not move while the holder before cannot be told', async () => {
    const [holder, next] = [await t.person(), await t.person()];
    const address = '+97336002102';
    await t.verified(holder, address);
    const id = await t.addSms(next, address);
    t.brokerDown = true;
    const failed = await next.call('POST', `/me/contacts/${id}/verify`, { code: t.codesFor(id).at(-1) });
    t.brokerDown = false;
    expect(failed).toMatchObject({ status: 503, body: { code: 'unavailable', retryable: true } });
    expect((await holder.call('GET', '/me')).body.contacts).toMatchObject([{ state: 'verified', main: true }]);
    await next.call('POST', `/me/contacts/${id}/code`);
    await next.call('POST', `/me/contacts/${id}/verify`, { code: t.codesFor(id).at(-1) });
    expect((await holder.call('GET', '/me')).body.contacts).toMatchObject([{ state: 'taken_over', main: false }]);
    expect(t.published.filter(({ type, subject }) => type === TAKEN_OVER && subject === holder.subject)).toHaveLength(
      1,
    );
  });

  it('is one, when several prove the same address at the same time', async () => {
    const address = '+97336003003';
    const all = await Promise.all(Array.from({ length: 5 }, () => t.person()));
    const ids: string[] = [];
    for (const one of all) ids.push(await t.addSms(one, address));
    const answers = await Promise.all(
      all.map((one, i) => one.call('POST', `/me/contacts/${ids[i]}/verify`, { code: t.codesFor(ids[i]!).at(-1) })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const states = await Promise.all(all.map(async (one) => (await one.call('GET', '/me')).body.contacts[0].state));
    expect(states.sort()).toEqual(['taken_over', 'taken_over', 'taken_over', 'taken_over', 'verified']);
    const told = t.published.filter(({ type, data }) => type === TAKEN_OVER && (data as Json).masked === '*3003');
    expect(told).toHaveLength(4);
  });

  it('is free again after the contact was removed', async () => {
    const [holder, next] = [await t.person(), await t.person()];
    const id = await t.verified(holder, '+97336003100');
    expect((await holder.call('DELETE', `/me/contacts/${id}`)).status).toBe(204);
    expect((await holder.call('GET', '/me')).body.contacts).toEqual([]);
    const before = t.published.filter(({ type }) => type === TAKEN_OVER).length;
    t.clock += 2 * MINUTE;
    await t.verified(next, '+97336003100');
    expect(t.published.filter(({ type }) => type === TAKEN_OVER)).toHaveLength(before);
    expect((await holder.call('DELETE', `/me/contacts/${id}`)).body.code).toBe('contact_unknown');
  });

  it('stays with the later one when another proves the address before the first is marked', async () => {
    const race = await twoWhoAskedFor('+97336003201');
    const { subscribers } = t.registry.context;
    const [reached, release, paused] = pause(subscribers.setContact);
    const slow = { ...t.registry.context, subscribers: { ...subscribers, setContact: paused } };
    const first = claimContact(slow, race.first.caller, race.first.id);
    await reached;
    await claimContact(t.registry.context, race.second.caller, race.second.id);
    release();
    await first;
    expect(await race.states()).toEqual(['taken_over', 'verified']);
  });

  it('stays with the later one when the first is marked before the other has the address', async () => {
    const race = await twoWhoAskedFor('+97336003202');
    const { ledger } = t;
    await ledger.owners.create({
      _id: addressIdOf(t.registry.context, race.first.contact),
      subscriberId: race.first.caller.subscriberId,
      at: new Date(t.clock),
    });
    const [reached, release, paused] = pause(ledger.owners.updateOne.bind(ledger.owners) as Step);
    const owners = Object.assign(Object.create(ledger.owners), { updateOne: paused });
    const slow = { ...t.registry.context, ledger: { ...ledger, owners } };
    const second = claimContact(slow, race.second.caller, race.second.id);
    await reached;
    await claimContact(t.registry.context, race.first.caller, race.first.id);
    release();
    await second;
    expect(await race.states()).toEqual(['taken_over', 'verified']);
  });
});

type Step = (...args: never[]) => Promise<unknown>;

/** A step that says when its first call was reached and waits there until it is released. */
function pause<T extends Step>(step: T): [reached: Promise<void>, release: () => void, paused: T] {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let calls = 0;
  const paused = async (...args: never[]) => {
    calls += 1;
    reached.resolve();
    if (calls === 1) await released.promise;
    return step(...args);
  };
  return [reached.promise, released.resolve, paused as T];
}

async function twoWhoAskedFor(address: string) {
  const ask = async (who: Person) => {
    const id = await t.addSms(who, address);
    const subscriber = (await t.ledger.subscribers.findOne({ 'contacts.id': id }).lean())!;
    const caller: Caller = {
      subscriberId: subscriber._id,
      subject: who.subject,
      scheme: 'cpr',
      kind: 'person',
      assurance: 'high',
      by: 'person',
      client: '127.0.0.1',
    };
    return { who, id, caller, contact: subscriber.contacts[0]! };
  };
  const [first, second] = [await ask(await t.person()), await ask(await t.person())];
  const states = () =>
    Promise.all([first, second].map(async ({ who }) => (await who.call('GET', '/me')).body.contacts[0].state));
  return { first, second, states };
}
