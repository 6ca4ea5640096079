import { afterEach, describe, expect, it } from '@jest/globals';
import { applyEffects } from '../../../services/receipts/effects.ts';
import { decide } from '../../../services/router/decide.ts';
import type { Subscriber } from '../../../services/shared/ledger/types.ts';
import { monthsMs } from '../../../services/shared/policy/contacts.ts';
import { type Json, MINUTE, type Person, useRegistry } from './setup.ts';

const t = useRegistry();
const START = t.clock;
const CONFIRM = 'bh.gov.notifyme.contact.confirm-again.v1';
const MEND = 'bh.gov.notifyme.contact.mend.v1';

const eventsOf = ({ subject }: Person, type: string) =>
  t.published.filter((event) => event.subject === subject && event.type === type);
/** Events that the router would take for different ones. */
const distinct = (who: Person, type: string) => new Set(eventsOf(who, type).map(({ id }) => id)).size;

afterEach(() => {
  t.clock += MINUTE;
});

async function find({ call }: Person): Promise<Subscriber> {
  const { id } = (await call('GET', '/me')).body;
  return (await t.ledger.subscribers.findOne({ _id: { $eq: id } }).lean())!;
}

/** What a mandatory notice would do on SMS now. */
async function decisionFor(who: Person) {
  const notice = {
    ...{ entity: 'sijilat', category: 'licences', mandatory: true, urgent: false, notBefore: null, cancelled: false },
    plan: [{ channels: ['sms' as const], waitSeconds: 0 }],
    expiresAt: new Date(t.clock + MINUTE),
    onlyContactId: null,
  };
  return decide(notice, await find(who), { now: new Date(t.clock), staleAfterMs: monthsMs(18) }).decisions[0];
}

describe('freshness', () => {
  it('15 months: nothing; 16: one message; 18: a stale_contact decision; one click makes it fresh again', async () => {
    const who = await t.person();
    const id = await t.verified(who, t.mobile());
    const verified = t.clock;
    t.clock = verified + monthsMs(15);
    await t.registry.tend();
    expect(eventsOf(who, CONFIRM)).toEqual([]);

    t.clock = verified + monthsMs(16);
    await Promise.all([t.registry.tend(), t.registry.tend(), t.registry.tend()]);
    await t.registry.tend();
    expect(distinct(who, CONFIRM)).toBe(1);
    // 18 months of mean length after 24 November 2026, 09:00 UTC.
    const confirmBy = new Date(verified + monthsMs(18)).toISOString().slice(0, 10);
    expect(eventsOf(who, CONFIRM)[0]!.data).toEqual({
      channel: 'sms',
      masked: expect.stringMatching(/^\*\d{4}$/),
      confirmBy,
    });
    expect(await decisionFor(who)).toMatchObject({ decision: 'send' });

    t.clock = verified + monthsMs(18) + MINUTE;
    await t.registry.tend();
    expect(distinct(who, CONFIRM)).toBe(1);
    expect(await decisionFor(who)).toMatchObject({ decision: 'skip', reason: 'stale_contact' });
    expect((await who.call('GET', '/me')).body.canBeNotified).toBe(false);

    await who.call('POST', `/me/contacts/${id}/confirm`);
    expect(await decisionFor(who)).toMatchObject({ decision: 'send' });
    t.clock += monthsMs(16);
    await t.registry.tend();
    expect(distinct(who, CONFIRM)).toBe(2);
  });

  it('a reminder that cannot be published is sent by the next look', async () => {
    const who = await t.person();
    await t.verified(who, t.mobile());
    t.clock += monthsMs(17);
    t.brokerDown = true;
    await expect(t.registry.tend()).rejects.toThrow('the broker is away');
    t.brokerDown = false;
    await t.registry.tend();
    expect(distinct(who, CONFIRM)).toBe(1);
  });
});

describe('from bounce to verified again', () => {
  it('C19 a hard bounce asks the person once, by another channel, and a code closes the loop', async () => {
    t.clock = START + monthsMs(60);
    const who = await t.person();
    const mobile = await t.verified(who, t.mobile());
    const mail = (await who.call('POST', '/me/contacts', { channel: 'email', address: 'closed@example.com' })).body.id;
    await who.call('POST', `/me/contacts/${mail}/verify`, { code: t.codesFor(mail).at(-1) });
    for (let copy = 0; copy < 2; copy += 1) await bounce(await find(who), mail);
    expect(await stateOf(who, mail)).toBe('suspect');
    await Promise.all([t.registry.tend(), t.registry.tend()]);
    await t.registry.tend();
    expect(distinct(who, MEND)).toBe(1);
    expect(eventsOf(who, MEND)[0]!.data).toEqual({ channel: 'email', masked: 'c***@example.com' });
    // What the router makes of it: the phone, not the address that does not work.
    const notice = { ...mendNotice, expiresAt: new Date(t.clock + MINUTE) };
    const { decisions } = decide(notice, await find(who), { now: new Date(t.clock), staleAfterMs: monthsMs(18) });
    expect(decisions.map(({ channel, decision, contactId }) => ({ channel, decision, contactId }))).toEqual([
      { channel: 'sms', decision: 'send', contactId: mobile },
      { channel: 'email', decision: 'skip', contactId: null },
    ]);

    t.clock += 2 * MINUTE;
    await who.call('POST', `/me/contacts/${mail}/code`);
    await who.call('POST', `/me/contacts/${mail}/verify`, { code: t.codesFor(mail).at(-1) });
    expect(await stateOf(who, mail)).toBe('verified');
    await t.registry.tend();
    expect(distinct(who, MEND)).toBe(1);

    t.clock += MINUTE;
    await bounce(await find(who), mail);
    await t.registry.tend();
    expect(distinct(who, MEND)).toBe(2);
  });
});

const mendNotice = {
  ...{ entity: 'notifyme', category: 'account', mandatory: true, urgent: false, notBefore: null, cancelled: false },
  plan: [{ channels: ['sms' as const, 'email' as const], waitSeconds: 0 }],
  onlyContactId: null,
};

/** What the receipts service does with a hard bounce. */
const bounce = (subscriber: Subscriber, contactId: string) =>
  applyEffects(
    [
      {
        receipt: { id: 'r_1', kind: 'hard_bounce', reason: 'invalid_address', channel: 'email' },
        delivery: { subscriberId: subscriber._id, contactId },
        subscriber,
      },
    ] as Json,
    { ledger: t.ledger } as Json,
    new Date(t.clock),
  );

const stateOf = async (who: Person, id: string): Promise<string> =>
  (await who.call('GET', '/me')).body.contacts.find((one: Json) => one.id === id).state;
