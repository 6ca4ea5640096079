import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { notificationId } from '../../../services/shared/ids.ts';
import type { Audience, Delivery, Notification } from '../../../services/shared/ledger/types.ts';
import type { Runtime } from '../../../services/shared/runtime.ts';
import { startWorker, type Worker } from '../../bench/processes.ts';
import { until } from '../../integration/engine/workers.ts';
import { registerPeople } from '../../support/people.ts';
import { startCountingChannel } from '../counting-channel.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EXAMPLE = join(ROOT, 'contracts', 'examples', 'valid', 'sijilat-annual-return-announcement.json');
const SUBJECT = 'audience:all';

export type Play = {
  runtime: Runtime;
  env: Record<string, string>;
  people: number;
  /** The router is killed with SIGKILL when so many people have been spread to. */
  killsAt: number[];
  say(line: string): void;
  deadlineMs: number;
};
export type Played = {
  people: number;
  killedAt: number[];
  notifications: number;
  persons: number;
  deliveries: number;
  /** What the provider got, by delivery: how many, and how many of them twice or more. */
  messages: number;
  doubled: number;
  attempts: number;
  counts: Audience['counts'];
  spreadSeconds: number;
  seconds: number;
};

/** Publishes one announcement to everybody, kills the router on the way, and counts what became of it. */
export async function playAnnouncement(play: Play): Promise<Played> {
  const { runtime, people, say } = play;
  const got = new Map<string, number>();
  await registerPeople(runtime, people, ['email']);
  say(`${people} people are registered`);
  const channel = await startCountingChannel(runtime, ['bulk'], ({ deliveryId }) => {
    got.set(deliveryId, (got.get(deliveryId) ?? 0) + 1);
  });
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 100) / 10;
  try {
    const id = await publish(runtime);
    const killedAt = await spreadWithKills(play, id);
    const spreadSeconds = seconds();
    say(`spread after ${spreadSeconds} s`);
    await until('every delivery to be sent', () => allSent(runtime, people), play.deadlineMs);
    return { ...(await countAll(runtime, id, got)), people, killedAt, spreadSeconds, seconds: seconds() };
  } finally {
    await channel.stop();
  }
}

async function publish({ producer, eventSealer, topics, blind }: Runtime): Promise<string> {
  const { data, type, source } = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
  const event = { specversion: '1.0', id: 'announcement', source, type, subject: SUBJECT, data };
  const key = blind.subscriberId(SUBJECT);
  const headers = { 'content-type': 'application/jose' };
  await producer.send([
    { topic: topics.events('sijilat'), messages: [{ key, value: await eventSealer.seal(event), headers }] },
  ]);
  return notificationId(source, event.id, key);
}

async function spreadWithKills({ runtime, env, killsAt, say, deadlineMs }: Play, id: string): Promise<number[]> {
  const startRouter = () => startWorker('services/router/main.ts', [], env);
  const spreadTo = async () =>
    (await runtime.ledger.audiences.findById(id).select({ counts: 1 }).lean<Audience>())?.counts.people ?? 0;
  const killedAt: number[] = [];
  let router: Worker = startRouter();
  try {
    for (const wanted of killsAt) {
      await until(`${wanted} people`, async () => (await spreadTo()) >= wanted, deadlineMs);
      process.kill(router.pid, 'SIGKILL');
      await router.stop();
      killedAt.push(await spreadTo());
      say(`router killed at ${killedAt.at(-1)} people`);
      router = startRouter();
    }
    const done = async () => (await runtime.ledger.audiences.findById(id).lean<Audience>())?.status === 'done';
    await until('the last page', done, deadlineMs);
    return killedAt;
  } finally {
    await router.stop();
  }
}

/** What a dead router had stored and not yet published is published by whoever repeats its page. */
const allSent = async ({ ledger }: Runtime, people: number): Promise<boolean> =>
  (await ledger.deliveries.countDocuments({ status: 'sent' })) >= people;

async function countAll({ ledger }: Runtime, id: string, got: Map<string, number>) {
  const persons = await ledger.notifications.distinct('subscriberId', { audienceOf: id });
  const audience = await ledger.audiences.findById(id).lean<Audience>();
  const tried = await ledger.deliveries.countDocuments({ 'attempts.1': { $exists: true } } as object);
  const sent = await ledger.deliveries.countDocuments({ 'attempts.0': { $exists: true } } as object);
  return {
    notifications: await ledger.notifications.countDocuments({ audienceOf: id } satisfies Partial<Notification>),
    persons: persons.length,
    deliveries: await ledger.deliveries.countDocuments({} satisfies Partial<Delivery>),
    messages: [...got.values()].reduce((sum, count) => sum + count, 0),
    doubled: [...got.values()].filter((count) => count > 1).length,
    attempts: sent + tried,
    counts: audience!.counts,
  };
}
