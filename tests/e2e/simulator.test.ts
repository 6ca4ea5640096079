import { beforeAll, describe, expect, it } from '@jest/globals';
import reasons from '../../contracts/reasons.json' with { type: 'json' };
import { createKeyStore } from '../../services/shared/keys.ts';
import { ask, type Json } from '../support/e2e/ask.ts';
import { eventOf, eventually } from '../support/e2e/notices.ts';
import { person } from '../support/e2e/people.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage();
let authorization: string;
beforeAll(async () => {
  const { key } = await createKeyStore(stage.runtime).createKey({ entity: 'health', kind: 'test' });
  authorization = `Bearer ${key}`;
});

/** Publishes with the test key; gives the notification's id. */
async function publish(subject: string): Promise<string> {
  const event = eventOf('health-appointment-confirmed', subject);
  const headers = { authorization, 'content-type': 'application/cloudevents+json' };
  const { status, body } = await ask(stage.url, 'POST', '/v1/events', event, headers);
  expect([status, body.status]).toEqual([202, 'accepted']);
  return body.id;
}

const story = async (id: string): Promise<Json> =>
  (await ask(stage.url, 'GET', `/v1/notifications/${id}`, undefined, { authorization })).body;

/** Every reason that a story tells: of the notice, its decisions, deliveries and attempts. */
const told = ({ reason, decisions, deliveries }: Json): string[] =>
  [
    reason,
    ...decisions.map((decision: Json) => decision.reason),
    ...deliveries.flatMap((delivery: Json) => [delivery.reason, ...delivery.attempts.map((one: Json) => one.reason)]),
  ].flatMap((one) => one?.code ?? []);

describe('a test key', () => {
  it.each(Object.keys(reasons))(
    'sees the reason %s in the story of its notice, and no provider is asked',
    async (reason) => {
      const before = stage.outbox.counts();
      const id = await publish(`simulator:${reason}`);
      const found = await eventually(`a story with ${reason}`, async () => {
        const now = await story(id);
        return told(now).includes(reason) ? now : null;
      });
      expect(found.test).toBe(true);
      expect(stage.outbox.counts()).toEqual(before);
    },
  );

  it('of a simulated person without a reason reaches her', async () => {
    const id = await publish('simulator:delivered');
    await eventually('the outcome', async () => ((await story(id)).status === 'reached' ? true : null));
  });

  it('with a real person sends nothing to any provider', async () => {
    const who = await person(stage);
    const before = stage.outbox.counts();
    const id = await publish(who.subject);
    const { status, deliveries } = await eventually('the outcome', async () => {
      const now = await story(id);
      return now.outcomeAt ? now : null;
    });
    expect([status, deliveries.length]).toEqual(['reached', 3]);
    expect(stage.outbox.counts()).toEqual(before);
  });
});
