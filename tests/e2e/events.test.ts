import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { NotifyMeEvent } from '../../contracts/generated/types.ts';
import { createConsole } from '../support/e2e/letters.ts';
import { arrivedOf, deliveriesOf, eventOf, eventually, outcomeOf, post, publish } from '../support/e2e/notices.ts';
import { type Person, person } from '../support/e2e/people.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage();
const letters = createConsole(stage);
let who: Person;
beforeAll(async () => {
  who = await person(stage, { channels: ['email'] });
});
const appointment = (change: Partial<NotifyMeEvent> = {}) =>
  eventOf('health-appointment-confirmed', who.subject, change);
const BATCH = 'application/cloudevents-batch+json';

/** Resolves when everything that was published to the entity before has been routed: one partition is read in order. */
const routed = async () => outcomeOf(stage, await publish(stage, appointment()));
const noticesOf = (event: NotifyMeEvent) =>
  stage.runtime.ledger.notifications.find({ eventId: event.id, source: event.source }).lean();

describe('C17: the same event', () => {
  it('twice at once by HTTP and once by Kafka is one notice with one id and one message', async () => {
    const event = appointment();
    const answers = await Promise.all([1, 2].map(() => post(stage, event, { entity: 'health' })));
    await stage.entities.publish(event, 'kafka');
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 202]);
    const [id, ...others] = new Set(answers.map(({ body }) => body.id));
    expect(others).toEqual([]);
    await routed();
    await outcomeOf(stage, id);
    expect(arrivedOf(stage, id).mail).toHaveLength(1);
  });

  it('from another source is another event', async () => {
    const event = appointment();
    const other = eventOf('idcard-card-ready', who.subject, { id: event.id });
    for (const each of [event, other]) {
      const id = await publish(stage, each);
      await outcomeOf(stage, id);
      expect(arrivedOf(stage, id).mail).toHaveLength(1);
    }
  });

  it('that two preferences of a person ask for is one message', async () => {
    const both = ['appointments', '*'].map((category) => ({ entity: 'health', category, channel: '*', allow: true }));
    await who.call('PUT', '/me/preferences', { preferences: both });
    const id = await publish(stage, appointment());
    await outcomeOf(stage, id);
    expect(arrivedOf(stage, id).mail).toHaveLength(1);
  });
});

it('C22: poison and a tombstone stand aside at once, with their bytes, and nobody starts again', async () => {
  const topic = stage.runtime.topics.events('health');
  const membersBefore = await letters.members('router.health');
  expect(membersBefore).toHaveLength(1);
  const good = appointment();
  const { type: _, ...typeless } = appointment();
  const sealed = await stage.runtime.eventSealer.seal(typeless as NotifyMeEvent);
  const poison = [null, Buffer.from('not json'), Buffer.from(sealed)];
  const began = Date.now();
  await letters.produce(topic, [...poison, Buffer.from(await stage.runtime.eventSealer.seal(good))]);

  await eventually('the good event', async () => (await noticesOf(good))[0]);
  expect(Date.now() - began).toBeLessThan(5_000);
  const found = await letters.of(topic, 3);
  expect(found.map(({ reason, detail }) => [reason, detail])).toEqual([
    ['empty', 'the message has no value'],
    ['not_sealed', 'the message could not be opened'],
    [expect.any(String), expect.stringContaining('/type')],
  ]);
  expect(found.map(({ topic, partition }) => [topic, partition])).toEqual(Array(3).fill([topic, 0]));
  expect(found.map(({ offset }) => Number(offset) - Number(found[0]!.offset))).toEqual([0, 1, 2]);
  expect(found.map(letters.original)).toEqual(poison);
  expect([await letters.members('router.health'), stage.crashes]).toEqual([membersBefore, []]);
});

describe('C33: an oversized event', () => {
  const padded = (event: NotifyMeEvent, bytes: number) => {
    const text = JSON.stringify(event);
    return text + ' '.repeat(bytes - Buffer.byteLength(text));
  };
  const limit = 256 * 1024;

  it.each([
    ['of 1,200,000 bytes', (event: NotifyMeEvent) => ({ body: padded(event, 1_200_000), headers: {} })],
    [
      'that compresses small',
      (event: NotifyMeEvent) => ({ body: gzipSync(padded(event, 1_200_000)), headers: { 'content-encoding': 'gzip' } }),
    ],
    ['one byte over the limit', (event: NotifyMeEvent) => ({ body: padded(event, limit + 1), headers: {} })],
  ])('%s is refused with the limit, and nothing of it is stored', async (_, make) => {
    const event = appointment();
    const { body, headers } = make(event);
    const answer = await post(stage, body, { entity: 'health', headers });
    expect([answer.status, answer.body.limit]).toEqual([413, limit]);
    expect(await noticesOf(event)).toEqual([]);
  });

  it('just within the limit, full of Arabic, is delivered', async () => {
    const names = Array.from({ length: 12 }, () => ({ nameAr: 'م'.repeat(80), nameEn: 'Plan' }));
    const event = eventOf('benayat-permit-documents-needed', who.subject);
    const full = { ...event, data: { ...(event.data as object), documents: names } };
    const { status, body } = await post(stage, padded(full, limit), { entity: 'benayat' });
    expect(status).toBe(202);
    expect((await deliveriesOf(stage, (await outcomeOf(stage, body.id))._id)).map(({ status }) => status)).toEqual([
      'delivered',
    ]);
  });

  it('put straight into Kafka is a dead letter, and the partition goes on', async () => {
    const topic = stage.runtime.topics.events('ofoq');
    const bytes = randomBytes(1_000_000);
    await letters.produce(topic, [bytes]);
    const after = eventOf('ofoq-declaration-cleared', who.subject);
    await stage.entities.publish(after, 'kafka');
    await eventually('the event behind it', async () => (await noticesOf(after))[0]);
    const [letter] = await letters.of(topic, 1);
    expect(letter!.reason).toBe('not_sealed');
  });
});

describe('C32: a batch', () => {
  it('with one bad event takes the others and names the bad one', async () => {
    const [first, bad, third] = [appointment(), appointment({ type: 'bh.gov.moh.health.nothing.v1' }), appointment()];
    const { status, body } = await post(stage, [first, bad, third], { entity: 'health', type: BATCH });
    expect(status).toBe(207);
    expect(body.items.map(({ status }: { status: string }) => status)).toEqual(['accepted', 'refused', 'accepted']);
    expect([body.items[1].index, body.items[1].problem.errors[0].pointer]).toEqual([1, '/type']);
    for (const { id } of [body.items[0], body.items[2]]) {
      await outcomeOf(stage, id);
      expect(arrivedOf(stage, id).mail).toHaveLength(1);
    }
    expect(await noticesOf(bad)).toEqual([]);
  });

  it('under the type of a single event is refused', async () => {
    const events = [appointment(), appointment()];
    expect((await post(stage, events, { entity: 'health' })).status).toBe(422);
    expect(await noticesOf(events[0]!)).toEqual([]);
  });

  it('without events is taken and does nothing', async () => {
    expect(await post(stage, [], { entity: 'health', type: BATCH })).toMatchObject({
      status: 200,
      body: { items: [] },
    });
  });

  it('with one event twice sends one message', async () => {
    const event = appointment();
    const { status, body } = await post(stage, [event, event], { entity: 'health', type: BATCH });
    expect([status, new Set(body.items.map(({ id }: { id: string }) => id)).size]).toEqual([202, 1]);
    await outcomeOf(stage, body.items[0].id);
    expect(arrivedOf(stage, body.items[0].id).mail).toHaveLength(1);
  });
});
