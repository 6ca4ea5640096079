import { describe, expect, it } from '@jest/globals';
import { deliveriesOf, deliveryIn, eventOf, eventually, publish } from '../support/e2e/notices.ts';
import { addDevice, type Person, stranger } from '../support/e2e/people.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage();
const notify = (who: Person) => publish(stage, eventOf('health-appointment-confirmed', who.subject));

const devicesOf = async (who: Person): Promise<string[]> =>
  (await who.call('GET', '/me/contacts')).body.contacts.map(({ id }: { id: string }) => id).sort();

/** The push deliveries of a notice by contact, once every one of them has been tried. */
const tried = (id: string) =>
  eventually('an attempt for each device', async () => {
    const found = await deliveriesOf(stage, id);
    const done = found.length > 0 && found.every(({ attempts }) => attempts.length > 0);
    return done ? new Map(found.map((delivery) => [delivery.contactId, delivery])) : null;
  });

describe('C35: devices', () => {
  it('are forgotten for 410, 404 and an unregistered token, kept for anything else', async () => {
    const who = await stranger(stage);
    const [gone, missing, busy, broken, bad, fine] = [
      await addDevice(stage, who, 'gone'),
      await addDevice(stage, who, 'missing'),
      await addDevice(stage, who, 'busy'),
      await addDevice(stage, who, 'broken'),
      await addDevice(stage, who, 'bad'),
      await addDevice(stage, who),
    ];
    const token = { platform: 'fcm', token: `unregistered-${'x'.repeat(20)}` };
    const app: string = (await who.call('POST', '/me/contacts', { channel: 'push', token })).body.id;

    const first = await tried(await notify(who));
    const result = (id: string) => first.get(id)!.attempts[0]!.result;
    expect([gone, missing, busy, broken, bad, fine].map(result)).toEqual([
      ...['refused', 'refused', 'retry', 'retry', 'refused', 'accepted'],
    ]);
    // SNS takes the first message for a token and learns from its platform that nobody has it any more.
    expect(result(app)).toBe('accepted');
    const kept = [busy, broken, bad, fine, app].sort();
    await eventually('two devices to be forgotten', async () => ((await devicesOf(who)).length === 5 ? true : null));
    expect(await devicesOf(who)).toEqual(kept);
    expect([first.get(busy)!, first.get(broken)!].map(({ status }) => status)).toEqual(['deferred', 'deferred']);

    const second = await tried(await notify(who));
    expect([...second.keys()].sort()).toEqual(kept);
    expect(second.get(app)!.attempts[0]!.reason).toBe('endpoint_gone');
    await eventually('the token to be forgotten', async () => ((await devicesOf(who)).includes(app) ? null : true));
    expect(await devicesOf(who)).toEqual([busy, broken, bad, fine].sort());
  });

  it('that were renewed stay when the 410 for the old one comes late', async () => {
    const who = await stranger(stage);
    const old = await addDevice(stage, who, 'gone');
    stage.providers.chaos('push', 'slow');
    const id = await notify(who);
    await deliveryIn(stage, id, 'push', 'sending');
    const renewed = await addDevice(stage, who);
    expect((await devicesOf(who)).length).toBe(2);
    await eventually('the old one to be forgotten', async () => ((await devicesOf(who)).includes(old) ? null : true));
    stage.providers.chaos('push', 'ok');
    expect(await devicesOf(who)).toEqual([renewed]);
  });
});
