import { beforeAll, describe, expect, it } from '@jest/globals';
import { createSnsSender, TEST_TOPIC } from '../../services/ingest/callbacks/testing/sns-sender.ts';
import type { Contact } from '../../services/shared/ledger/types.ts';
import {
  arrivedOf,
  deliveriesOf,
  deliveryIn,
  eventOf,
  eventually,
  outcomeOf,
  publish,
} from '../support/e2e/notices.ts';
import { type Person, person } from '../support/e2e/people.ts';
import { REPORTS } from '../support/e2e/reports.ts';
import { postSns, ses, tell } from '../support/e2e/ses.ts';
import { useStage } from '../support/e2e/stage.ts';

const sender = createSnsSender();
const stage = useStage({ snsFetcher: sender.fetcher, env: { SNS_CALLBACK_TOPICS: TEST_TOPIC } });
// The local relay's own reports are off: what a test posts is all the evidence there is.
beforeAll(() => stage.providers.setCallbacks({}));

/** Somebody with a mail that the relay has taken. */
async function mailed() {
  const who = await person(stage, { channels: ['email'] });
  const id = await publish(stage, eventOf('health-appointment-confirmed', who.subject));
  const { _id } = await deliveryIn(stage, id, 'email', 'sent');
  return { who, id, deliveryId: _id };
}

const contactOf = ({ runtime }: typeof stage, { subject }: Person): Promise<Contact | undefined> =>
  runtime.ledger.subscribers
    .findOne({ _id: runtime.blind.subscriberId(subject) })
    .lean()
    .then((found) => found?.contacts[0]);

/** Returns when all evidence told before has been dealt with: receipts of one partition are read in order. */
async function settled(): Promise<void> {
  const { who, deliveryId } = await mailed();
  await tell(stage, sender, ses.complaint(deliveryId, who.email, 'abuse'));
  await eventually('the effect', async () => ((await contactOf(stage, who))?.state === 'suppressed' ? true : null));
}

describe('C18: receipts of one delivery', () => {
  it('move it forwards only, and count once', async () => {
    const { who, id, deliveryId } = await mailed();
    const [delivered, sent] = [ses.delivery(deliveryId, who.email), ses.send(deliveryId, who.email)];
    for (const content of [delivered, sent, delivered, sent]) {
      expect((await tell(stage, sender, content)).status).toBe(204);
      expect((await deliveryIn(stage, id, 'email', 'delivered')).status).toBe('delivered');
    }
    await settled();
    const [delivery] = await deliveriesOf(stage, id);
    expect(delivery!.status).toBe('delivered');
    expect(delivery!.receipts.filter(({ kind }) => kind === 'delivered')).toHaveLength(1);
    expect(await outcomeOf(stage, id)).toMatchObject({ status: 'reached', outcomeRevision: 0 });
  });

  it('win over the answer of the provider when they are earlier', async () => {
    const who = await person(stage, { channels: ['email'] });
    stage.providers.chaos('email', 'slow');
    const id = await publish(stage, eventOf('health-appointment-confirmed', who.subject));
    const { _id } = await deliveryIn(stage, id, 'email', 'sending');
    await tell(stage, sender, ses.delivery(_id, who.email));
    expect((await deliveryIn(stage, id, 'email', 'delivered')).attempts).toEqual([]);
    const answered = await eventually('the answer', async () => (await deliveriesOf(stage, id))[0]!.attempts[0]);
    stage.providers.chaos('email', 'ok');
    expect([answered.result, (await deliveriesOf(stage, id))[0]!.status]).toEqual(['accepted', 'delivered']);
  });

  it('for a delivery that nobody knows are answered 2xx, kept, and make no record', async () => {
    const unknown = `d_${'f'.repeat(32)}`;
    expect((await tell(stage, sender, ses.delivery(unknown, 'nobody@example.com'))).status).toBe(204);
    await settled();
    const { deliveries, receipts } = stage.runtime.ledger;
    expect(await deliveries.countDocuments({ _id: unknown })).toBe(0);
    expect(await receipts.find({ deliveryId: unknown }).lean()).toMatchObject([{ matched: false, kind: 'delivered' }]);
  });
});

describe('C19: what a report does to the address', () => {
  it.each(REPORTS)('$what', async ({ content, contact, delivery }) => {
    const { who, id, deliveryId } = await mailed();
    expect((await tell(stage, sender, content(deliveryId, who.email))).status).toBe(204);
    await settled();
    expect(await contactOf(stage, who)).toMatchObject(contact);
    expect((await deliveriesOf(stage, id))[0]!.status).toBe(delivery);
  });

  it('after a complaint only mandatory mail goes there, after a hard bounce none', async () => {
    const [complainer, gone] = [await mailed(), await mailed()];
    await tell(stage, sender, ses.complaint(complainer.deliveryId, complainer.who.email, 'abuse'));
    const failed = { emailAddress: gone.who.email, action: 'failed', status: '5.1.1' };
    await tell(stage, sender, ses.bounce(gone.deliveryId, ['Permanent', 'NoEmail'], failed));
    await settled();
    const send = async (example: string, { who }: { who: Person }) =>
      outcomeOf(stage, await publish(stage, eventOf(example, who.subject)));
    expect(await send('health-appointment-confirmed', complainer)).toMatchObject({ reason: 'suppressed' });
    expect(await send('social-decision-issued', complainer)).toMatchObject({ status: 'reached' });
    for (const example of ['health-appointment-confirmed', 'social-decision-issued'])
      expect(await send(example, gone)).toMatchObject({ status: 'not_reached', reason: 'suspect_contact' });
  });
});

it('C20: a forged message is refused, asks nobody and changes nothing', async () => {
  const { who, id, deliveryId } = await mailed();
  const content = ses.complaint(deliveryId, who.email, 'abuse');
  await settled();
  const asked = sender.fetched.length;
  const genuine = sender.notification(content);
  const forged = [
    sender.notification(content, { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com.evil.example/x.pem' }),
    sender.notification(content, { SigningCertURL: 'http://sns.eu-west-1.amazonaws.com/x.pem' }),
    sender.confirmation({ SubscribeURL: 'http://169.254.169.254/latest/' }),
    sender.notification(content, { TopicArn: 'arn:aws:sns:me-south-1:000000000000:another' }),
    { ...genuine, Message: genuine.Message!.replace('abuse', 'abusf') },
  ];
  for (const message of forged) expect((await postSns(stage, message)).status).toBe(403);
  await settled();
  expect(sender.fetched).toHaveLength(asked);
  expect(await contactOf(stage, who)).toMatchObject({ state: 'verified' });
  expect((await deliveriesOf(stage, id))[0]!.receipts).toEqual([]);
});

it('C16: a mail whose answer was lost is settled by its late receipt and not sent again', async () => {
  const who = await person(stage, { channels: ['email'] });
  stage.providers.chaos('email', 'accept-then-timeout');
  const id = await publish(stage, eventOf('health-appointment-confirmed', who.subject));
  const { _id } = await deliveryIn(stage, id, 'email', 'sending');
  await eventually('the stored mail', () => arrivedOf(stage, id).mail[0]);
  await tell(stage, sender, ses.delivery(_id, who.email));
  expect(await outcomeOf(stage, id)).toMatchObject({ status: 'reached' });
  stage.providers.chaos('email', 'ok');
  expect([arrivedOf(stage, id).mail.length, (await deliveriesOf(stage, id)).length]).toEqual([1, 1]);
});
