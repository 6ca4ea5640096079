import { randomBytes, randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { NotifyMeEvent } from '../../../contracts/generated/types.ts';
import { entityOf } from '../../../deploy/local/demo/story.ts';
import { createPublisher, type Publisher } from '../../../publisher/publisher.ts';
import { connectKafka } from '../../../services/shared/kafka/connect.ts';
import { createKeyStore } from '../../../services/shared/keys.ts';
import { silentLogger } from '../../../services/shared/log.ts';
import { eventOf } from './notices.ts';
import { codesAt, type Person, person, type Wanted } from './people.ts';
import type { Processes } from './processes.ts';

/** A word that stands nowhere else, in every name that an event or a mail address carries. */
export const CANARY = `qanary${randomBytes(4).toString('hex')}`;

/** The examples of the entities; the platform's own types and audiences are not for entities to publish to a person. */
const EXAMPLES = readdirSync(join(import.meta.dirname, '..', '..', '..', 'contracts', 'examples', 'valid'))
  .map((file) => file.replace('.json', ''))
  .filter((name) => !/^notifyme|announcement/.test(name));

const KINDS: Wanted[] = [
  { channels: ['sms', 'email', 'push'] },
  { language: 'ar', channels: ['sms', 'email'] },
  { channels: ['email'], email: `bounce.${CANARY}@example.com` },
  { language: 'ar', channels: ['push'] },
  { channels: ['sms'] },
  { channels: [] },
];

/** People of every kind, registered through the register's API. */
export async function registerPeople(processes: Processes, count: number): Promise<Person[]> {
  const { registryUrl: url, providers, issuer } = processes;
  const register = { url, providers, outbox: providers.outbox, platform: { issuer } };
  return Promise.all(
    Array.from({ length: count }, (_, n) => {
      const kind = KINDS[n % KINDS.length]!;
      return person(register, { ...kind, email: kind.email?.replace('@', `${n}@`) ?? `${CANARY}.${n}@example.com` });
    }),
  );
}

/** So many events over all entities, types, kinds of people and both ways; what was acknowledged. */
export async function publishMixed(
  processes: Processes,
  people: Person[],
  count: number,
  from = 0,
): Promise<NotifyMeEvent[]> {
  const publishers = createPublishers(processes);
  const limit = pLimit(20);
  const events = Array.from({ length: count }, (_, n) => {
    const at = from + n;
    return planted(eventOf(EXAMPLES[at % EXAMPLES.length]!, people[(at * 7) % people.length]!.subject));
  });
  await Promise.all(
    events.map((event, n) =>
      limit(async () => (await publishers.of(entityOf(event), n % 3 === 0 ? 'kafka' : 'http')).publish(event)),
    ),
  );
  await publishers.stop();
  return events;
}

/** With the canary in every name, a code of its own, and nothing that makes it wait. */
function planted({ notbefore: _, expirytime: __, ...event }: NotifyMeEvent): NotifyMeEvent {
  const data = Object.entries(event.data as Record<string, unknown>).map(([name, value]) => {
    if (/En$|device/.test(name)) return [name, CANARY];
    if (/Ar$/.test(name)) return [name, `${CANARY} نص`];
    return [name, name === 'code' ? String(randomInt(100_000, 1_000_000)) : value];
  });
  return { ...event, data: Object.fromEntries(data) };
}

function createPublishers({ ledger, ingestUrl, publicKey, name }: Processes) {
  const brokers = process.env.KAFKA_BROKERS!.split(',');
  const kafka = connectKafka({ brokers, clientId: name, log: silentLogger });
  const made = new Map<string, Promise<Publisher>>();
  const make = async (entity: string, way: 'http' | 'kafka'): Promise<Publisher> => {
    if (way === 'kafka')
      return createPublisher({ mode: 'kafka', kafka, entity, publicKey, secret: randomBytes(32), prefix: name });
    const { key } = await createKeyStore({ ledger }).createKey({ entity, kind: 'live' });
    return createPublisher({ mode: 'http', url: ingestUrl, key });
  };
  return {
    of(entity: string, way: 'http' | 'kafka'): Promise<Publisher> {
      const known = made.get(`${entity} ${way}`) ?? make(entity, way);
      made.set(`${entity} ${way}`, known);
      return known;
    },
    async stop() {
      for (const publisher of made.values()) await (await publisher).stop();
    },
  };
}

/** Everything that must be readable nowhere: numbers, addresses, national numbers, names, and codes between other signs. */
export function secretsOf(people: Person[], events: NotifyMeEvent[], processes: Processes): RegExp[] {
  const { registryUrl: url, providers, issuer } = processes;
  const register = { url, providers, outbox: providers.outbox, platform: { issuer } };
  const codes = [
    ...people.flatMap((who) => codesAt(register, 'sms', who.mobile)),
    ...events.flatMap(({ data }) => (data as { code?: string }).code ?? []),
  ];
  const plain = people.flatMap(({ mobile, email, subject }) => [mobile.slice(4), email, subject.split(':')[1]!]);
  return [
    ...[...plain, CANARY].map((text) => new RegExp(text.replaceAll('.', '\\.'))),
    ...codes.map((code) => new RegExp(`(?<![\\w.-])${code}(?![\\w.-])`)),
  ];
}
