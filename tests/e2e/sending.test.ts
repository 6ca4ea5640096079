import { describe, expect, it } from '@jest/globals';
import type { ReplayFilter } from '../../services/console/replay/types.ts';
import {
  arrivedOf,
  deliveriesOf,
  deliveryIn,
  eventOf,
  hasten,
  outcomeOf,
  post,
  publish,
  publishStored,
  publishWaiting,
  replaceData,
  storyOf,
} from '../support/e2e/notices.ts';
import { type Person, person, stranger } from '../support/e2e/people.ts';
import { useStage } from '../support/e2e/stage.ts';
import { replay as replayNow } from '../support/replay.ts';

const stage = useStage();
const appointment = (who: Person) => eventOf('health-appointment-confirmed', who.subject);

const replay = (filter: ReplayFilter): Promise<number> => replayNow(filter, stage.runtime);

describe('C11: a value that the template needs', () => {
  const permit = (who: Person) => eventOf('benayat-permit-approved', who.subject);

  it('is asked for when the event is published', async () => {
    const { payBy: _, ...data } = permit(await stranger(stage)).data as Record<string, unknown>;
    const { status, body } = await post(stage, { ...permit(await stranger(stage)), data }, { entity: 'benayat' });
    expect([status, body.errors[0].pointer]).toEqual([422, '/data/payBy']);
  });

  it.each([
    ['missing', {}],
    ['null', { payBy: null }],
  ])('when %s stops the notice, is named, and the notice can be replayed once it is there', async (_, hole) => {
    const who = await person(stage, { channels: ['sms', 'email'] });
    const event = permit(who);
    const { payBy: __, ...rest } = event.data as Record<string, unknown>;
    const id = await publishStored(stage, event, { ...rest, ...hole });
    expect(await outcomeOf(stage, id)).toMatchObject({ status: 'not_reached', reason: 'template_error' });
    expect(arrivedOf(stage, id)).toEqual({ sms: [], mail: [], push: [] });
    const { deliveries } = await storyOf(stage, id, 'benayat');
    for (const { attempts } of deliveries) expect(attempts[0].code).toMatch(/payBy$/);

    await replaceData(stage, id, event.data as object);
    const ids = (await deliveriesOf(stage, id)).map(({ _id }) => _id);
    expect(await replay({ ids, reason: 'template_error' })).toBe(2);
    await Promise.all([deliveryIn(stage, id, 'sms', 'delivered'), deliveryIn(stage, id, 'email', 'delivered')]);
  });

  it('is shown when it is 0', async () => {
    const who = await person(stage, { channels: ['email'] });
    const event = eventOf('ofoq-declaration-cleared', who.subject);
    const id = await publishStored(stage, event, { ...(event.data as object), packages: 0 });
    await outcomeOf(stage, id);
    expect(arrivedOf(stage, id).mail[0]!.text).toContain('0 packages');
  });
});

describe('C23: the rules at the moment of sending', () => {
  it('stop what was opted out of or ran out meanwhile, also in a replay', async () => {
    const who = await person(stage, { channels: ['sms', 'email'] });
    stage.providers.chaos('sms', 'refuse');
    const optional = await publish(stage, appointment(who));
    const expirytime = new Date(Date.now() + 3_000).toISOString();
    const code = await publish(stage, eventOf('ekey-sign-in-code', who.subject, { expirytime }));
    await Promise.all([
      deliveryIn(stage, optional, 'email', 'delivered'),
      deliveryIn(stage, optional, 'sms', 'deferred'),
      deliveryIn(stage, code, 'sms', 'expired'),
    ]);
    const optOut = { entity: 'health', category: 'appointments', channel: '*', allow: false };
    await who.call('PUT', '/me/preferences', { preferences: [optOut] });
    stage.providers.chaos('sms', 'ok');
    await hasten(stage, optional);
    expect((await deliveryIn(stage, optional, 'sms', 'skipped')).reason).toBe('opted_out');

    const ids = [...(await deliveriesOf(stage, optional)), ...(await deliveriesOf(stage, code))].map(({ _id }) => _id);
    expect([await replay({ ids }), await replay({ ids })]).toEqual([0, 0]);
    expect(arrivedOf(stage, optional)).toMatchObject({ sms: [], mail: [{}], push: [] });
    expect(stage.outbox.sms().filter(({ to, text }) => to === who.mobile && /eKey/.test(text))).toEqual([]);
  });

  it('stop a replay of what failed before the person opted out, and the second replay adds nothing', async () => {
    const who = await person(stage, { channels: [] });
    const blocked = { ...who, mobile: '+97336009196' };
    const { body } = await blocked.call('POST', '/me/contacts', { channel: 'sms', address: blocked.mobile });
    await stage.runtime.ledger.subscribers.collection.updateOne(
      { 'contacts.id': body.id },
      { $set: { 'contacts.$.state': 'verified', 'contacts.$.verifiedAt': new Date(), 'contacts.$.main': true } },
    );
    const id = await publish(stage, appointment(blocked));
    const { _id } = await deliveryIn(stage, id, 'sms', 'failed');
    const optOut = { entity: 'health', category: 'appointments', channel: 'sms', allow: false };
    await blocked.call('PUT', '/me/preferences', { preferences: [optOut] });
    expect(await replay({ ids: [_id] })).toBe(1);
    expect((await deliveryIn(stage, id, 'sms', 'skipped')).reason).toBe('opted_out');
    expect(await replay({ ids: [_id] })).toBe(0);
    expect(arrivedOf(stage, id).sms).toHaveLength(1);
  });
});

describe('C16: an SMS that was stored while its answer was lost', () => {
  it('goes out at most once more where the type says so, else waits for an operator; one notice, no other record', async () => {
    const people = [await person(stage, { channels: ['sms'] }), await person(stage, { channels: ['sms'] })];
    stage.providers.chaos('sms', 'accept-then-timeout');
    const [again, hold] = [
      await publishWaiting(stage, eventOf('health-appointment-reminder', people[0]!.subject)),
      await publishWaiting(stage, eventOf('health-appointment-confirmed', people[1]!.subject)),
    ];
    await hasten(stage, again, hold);
    for (const id of [again, hold]) await deliveryIn(stage, id, 'sms', 'unknown');
    stage.providers.chaos('sms', 'ok');
    await hasten(stage, again, hold);
    await deliveryIn(stage, again, 'sms', 'delivered');
    expect(arrivedOf(stage, again).sms).toHaveLength(2);
    expect(await outcomeOf(stage, again)).toMatchObject({ status: 'reached', outcomeRevision: 0 });
    expect((await deliveriesOf(stage, again)).map(({ attempts }) => attempts.map(({ result }) => result))).toEqual([
      ['unknown', 'accepted'],
    ]);
    const [held] = await deliveriesOf(stage, hold);
    expect([held!.status, arrivedOf(stage, hold).sms.length]).toEqual(['unknown', 1]);
  });
});
