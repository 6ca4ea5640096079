import { randomBytes } from 'node:crypto';
import type { NotifyMeEvent } from '../../../contracts/generated/types.ts';
import { listDeadLetters, replayDeadLetters } from '../../../services/console/dead-letters.ts';
import { createEventSealer } from '../../../services/shared/crypto/event-seal.ts';
import type { Platform } from '../platform.ts';
import { ApiError, callApi } from './call.ts';
import { eventually } from './eventually.ts';
import type { Entities } from './publish.ts';
import { entityOf } from './story.ts';

export type Mishap = { shows: string; what: string; result: string };

/** The same event again, by both ways: the first answers with the same id, neither is told twice. */
export async function repeat(event: NotifyMeEvent, entities: Entities): Promise<Mishap> {
  const again = await entities.publish(event, 'http');
  await entities.publish(event, 'kafka');
  return {
    shows: 'duplicate ignored',
    what: `${event.id} again, by HTTP and Kafka`,
    result: again.duplicate ? `200, ${short(again.notificationId)}` : 'not seen!',
  };
}

/** A subject whose number fails its check, and another entity's source: refused, nothing stored. */
export async function refuse(event: NotifyMeEvent, platform: Platform, entities: Entities): Promise<Mishap[]> {
  const send = async (bad: NotifyMeEvent) => {
    const key = await entities.key(entityOf(event));
    return callApi(platform.host.url, key, 'POST', '/v1/events', bad, 'application/cloudevents+json').then(
      () => 'accepted!',
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        return `${error.status} ${error.problem.code} at ${error.problem.errors?.[0]?.pointer ?? '/'}`;
      },
    );
  };
  return [
    {
      shows: 'bad event refused',
      what: 'a national number that cannot be',
      result: await send({ ...event, id: 'demo-bad-1', subject: 'cpr:809900070' }),
    },
    {
      shows: 'bad event refused',
      what: "another entity's source",
      result: await send({ ...event, id: 'demo-bad-2', source: '/ekey' }),
    },
  ];
}

/** An event sealed with a key that reached the platform late: a dead letter, replayed once the key is there. */
export async function deadLetterAndReplay(event: NotifyMeEvent, { host: { runtime } }: Platform): Promise<Mishap> {
  const lateKey = randomBytes(32);
  const { eventSealer: _, ...rest } = runtime;
  const early = createEventSealer({ ...runtime.ring, current: 'k2', keys: { k2: lateKey } });
  await runtime.producer.send([
    {
      topic: runtime.topics.events(entityOf(event)),
      messages: [{ key: null, value: await early.seal(event), headers: { 'content-type': 'application/jose' } }],
    },
  ]);
  const letters = await eventually('the dead letter', async () => {
    const found = await listDeadLetters(rest, { reason: 'key_unknown', replayed: false });
    return found.length > 0 ? found : null;
  });
  runtime.ring.keys.k2 = lateKey;
  const replayed = await replayDeadLetters(letters, rest);
  return {
    shows: 'dead letter replayed',
    what: 'sealed with a key that came late',
    result: `${letters[0]!.reason}, ${replayed} replayed`,
  };
}

/** Bytes that are no event at all: aside with their reason, and nobody waits for them. */
export async function poison({ host: { runtime } }: Platform): Promise<Mishap> {
  await runtime.producer.send([
    {
      topic: runtime.topics.events('health'),
      messages: [
        { key: null, value: 'not json' },
        { key: null, value: null },
      ],
    },
  ]);
  const { eventSealer: _, ...rest } = runtime;
  const reasons = await eventually('two dead letters', async () => {
    const found = await listDeadLetters(rest, { topic: runtime.topics.events('health') });
    return found.length >= 2 ? found.map(({ reason }) => reason).sort() : null;
  });
  return { shows: 'poison set aside', what: 'unreadable bytes, and no value', result: reasons.join(', ') };
}

const short = (id: string | null): string => (id ?? '').slice(0, 10);
