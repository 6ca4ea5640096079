import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  arrivedOf,
  deliveryIn,
  eventOf,
  eventually,
  hasten,
  outcomeOf,
  post,
  publish,
} from '../support/e2e/notices.ts';
import { type Person, person } from '../support/e2e/people.ts';
import { bahrainClock } from '../support/e2e/quiet.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const appointment = (who: Person, change = {}) => eventOf('health-appointment-confirmed', who.subject, change);

describe('C26: quiet hours', () => {
  const sleeper = async (quietHours: { from: string; to: string }) => {
    const who = await person(stage, { channels: ['sms'] });
    const put = (window: typeof quietHours | null) =>
      who.call('PUT', '/me', { language: 'en', timeZone: 'Asia/Bahrain', quietHours: window });
    await put(quietHours);
    return { who, put };
  };

  it.each([
    ['17:59', null],
    ['18:00', '04:00'],
    ['21:30', '04:00'],
    ['27:59', '04:00'],
    ['28:00', null],
  ])('from 21:00 to 07:00 in Bahrain: at %sZ held until %s', async (clock, end) => {
    const { who } = await sleeper({ from: '21:00', to: '07:00' });
    const tomorrow = Math.ceil(Date.now() / DAY_MS) * DAY_MS;
    const [hours, minutes] = clock.split(':').map(Number) as [number, number];
    const due = new Date(tomorrow + hours * HOUR_MS + minutes * 60_000);
    const id = await publish(stage, appointment(who, { notbefore: due.toISOString() }));
    const delivery = await deliveryIn(stage, id, 'sms', 'deferred');
    const held = end === null ? due : new Date(tomorrow + DAY_MS + 4 * HOUR_MS);
    expect([delivery.reason, delivery.dueAt]).toEqual([end === null ? 'scheduled' : 'quiet_hours', held]);
  });

  it('around now hold an optional notice on every attempt, and send it once when they are over', async () => {
    const [from, to] = [bahrainClock(Date.now() - HOUR_MS), bahrainClock(Date.now() + HOUR_MS)];
    const { who, put } = await sleeper({ from, to });
    const id = await publish(stage, appointment(who));
    expect((await deliveryIn(stage, id, 'sms', 'deferred')).reason).toBe('quiet_hours');
    await hasten(stage, id);
    const again = await eventually('it to wait again', async () => {
      const { dueAt } = await deliveryIn(stage, id, 'sms', 'deferred');
      return dueAt!.getTime() > Date.now() ? dueAt : null;
    });
    expect([bahrainClock(again.getTime()), arrivedOf(stage, id).sms]).toEqual([to, []]);
    await put({ from, to: bahrainClock(Date.now() - 60_000) });
    await hasten(stage, id);
    await deliveryIn(stage, id, 'sms', 'delivered');
    expect(arrivedOf(stage, id).sms).toHaveLength(1);
  });

  it('do not hold what is mandatory, nor an urgent code', async () => {
    const [from, to] = [bahrainClock(Date.now() - HOUR_MS), bahrainClock(Date.now() + HOUR_MS)];
    const { who } = await sleeper({ from, to });
    const code = await publish(stage, eventOf('ekey-sign-in-code', who.subject));
    const decision = await publish(stage, eventOf('social-decision-issued', who.subject));
    for (const id of [code, decision]) await deliveryIn(stage, id, 'sms', 'delivered');
  });
});

describe('C25: an opt-out of everything', () => {
  let who: Person;
  const everything = { entity: '*', category: '*', channel: '*', allow: false };
  beforeAll(async () => {
    who = await person(stage, { channels: ['email'] });
    const { status, body } = await who.call('PUT', '/me/preferences', { preferences: [everything] });
    expect([status, body.stillArrives.length > 0]).toEqual([200, true]);
  });

  it('stops an optional notice and not a mandatory one', async () => {
    const [mandatory, optional] = [
      await publish(stage, eventOf('social-decision-issued', who.subject)),
      await publish(stage, appointment(who)),
    ];
    expect(await outcomeOf(stage, mandatory)).toMatchObject({ status: 'reached' });
    expect(await outcomeOf(stage, optional)).toMatchObject({ status: 'not_reached', reason: 'opted_out' });
    expect([arrivedOf(stage, mandatory).mail.length, arrivedOf(stage, optional).mail.length]).toEqual([1, 0]);
  });

  it('is not got around by an entity without the right to mandatory notices', async () => {
    const event = eventOf('sijilat-registration-objection', who.subject, { source: '/health' });
    const { status, body } = await post(stage, event, { entity: 'health' });
    expect([status, body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([422, ['/type']]);
  });

  it('is refused where all is mandatory, and the choice before stays', async () => {
    const codes = { entity: 'ekey', category: 'sign-in', channel: '*', allow: false };
    const { status, body } = await who.call('PUT', '/me/preferences', { preferences: [codes] });
    expect([status, body.code]).toEqual([409, 'mandatory_category']);
    expect((await who.call('GET', '/me/preferences')).body.preferences).toEqual([everything]);
  });
});
