// An entity in a process of its own: publishes by HTTP and straight to Kafka until it is told to stop, and keeps a ledger.
import { setTimeout as pause } from 'node:timers/promises';
import { createBlind } from '../../services/shared/crypto/blind.ts';
import { createEventSealer } from '../../services/shared/crypto/event-seal.ts';
import { loadKeyRing } from '../../services/shared/crypto/keyring.ts';
import { connectKafka } from '../../services/shared/kafka/connect.ts';
import { createProducer, type Producer } from '../../services/shared/kafka/producer.ts';
import { silentLogger as log } from '../../services/shared/log.ts';
import { invent } from '../../services/shared/subject/invented.ts';
import { topics } from '../../services/shared/topics.ts';
import { openLedger, type Produced } from './ledgers.ts';
import { createRandom } from './plan.ts';

/** What the harness says on the command line, as JSON. */
export type ProducerOptions = {
  ledger: string;
  seed: number;
  /** The first number of its events: each phase has a range of its own. */
  from: number;
  perSecond: number;
  seconds: number;
  people: number;
  poisonShare: number;
  expirySeconds: number;
  url: string;
  key: string;
  brokers: string;
  prefix: string;
  keyring: string;
};

/** Ours to mend, and no better the next time: it was never acknowledged. */
class Refused extends Error {}

const options = JSON.parse(process.argv[2]!) as ProducerOptions;
const ledger = openLedger<Produced>(options.ledger);
const random = createRandom(options.seed);
const ring = loadKeyRing(options.keyring);
const [blind, sealer] = [createBlind(ring), createEventSealer(ring)];
const topic = topics(options.prefix).events('ofoq');
const kafka = connectKafka({ brokers: options.brokers.split(','), clientId: 'faults-producer', log });
const producer = await connected();
/** The last publishing of each case: the next one waits for it. */
const cases = new Map<string, { sequence: number; done: Promise<void> }>();
const open = new Set<Promise<void>>();
process.on('disconnect', () => process.exit(1));

const begun = Date.now();
for (let n = 0; Date.now() - begun < options.seconds * 1000; n++) {
  await pause(Math.max(0, begun + (n * 1000) / options.perSecond - Date.now()));
  const work = random() < options.poisonShare ? poison(n) : next(n);
  open.add(work);
  void work.finally(() => open.delete(work));
}
await Promise.all(open);
await producer.stop();
ledger.close();
process.stdout.write('done\n');
process.exit(0);

/** The brokers may be away just when it starts: it tries until it stands, as with every event. */
async function connected(): Promise<Producer> {
  for (let tries = 1; ; tries++) {
    try {
      return await createProducer(kafka);
    } catch (error) {
      if (tries === 10) throw error;
    }
  }
}

function next(n: number): Promise<void> {
  const number = options.from + n;
  const person = Math.floor(random() * options.people);
  const caseName = random() < 0.2 ? `K-${options.from}-${person % 60}` : null;
  const before = caseName ? cases.get(caseName) : undefined;
  const event: Produced = {
    ...{ kind: 'sent', id: `faults-${number}`, ref: `F-${String(number).padStart(7, '0')}` },
    via: random() < 0.5 ? 'http' : 'kafka',
    // A case belongs to one person.
    person: caseName ? person % 60 : person,
    onUnknown: random() < 0.7 ? 'resend' : 'hold',
    ...{ case: caseName, sequence: caseName ? (before?.sequence ?? 0) + 1 : null },
  };
  const done = (before?.done ?? Promise.resolve()).then(() => publish(event));
  if (caseName) cases.set(caseName, { sequence: event.sequence!, done });
  return done;
}

/** Tries until it is acknowledged, as an entity would. */
async function publish(planned: Produced): Promise<void> {
  const event = { ...planned, expiresAt: Date.now() + options.expirySeconds * 1000 };
  ledger.add(event);
  const body = toEvent(event);
  for (let tries = 0; ; tries++) {
    try {
      if (event.via === 'http') await post(body);
      else await produce(event, body);
      return ledger.add({ ...event, kind: 'acked' });
    } catch (error) {
      if (tries > 200) throw error;
      // It expired while nobody answered: `sent` stands in the ledger, and it may still arrive.
      if (error instanceof Refused) return;
      await pause(Math.min(2_000, 100 * 2 ** tries));
    }
  }
}

async function post(body: object): Promise<void> {
  const response = await fetch(`${options.url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${options.key}`, 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  if (response.ok) return;
  if (response.status < 500 && response.status !== 429) throw new Refused(`answered ${response.status} ${text}`);
  throw new Error(`answered ${response.status}`);
}

async function produce({ person }: Produced, body: object): Promise<void> {
  const message = { key: blind.subscriberId(invent('cpr', person)), value: await sealer.seal(body) };
  await producer.send([{ topic, messages: [{ ...message, headers: { 'content-type': 'application/jose' } }] }]);
}

/** What nobody can read: it must delay nobody and be nobody's notice. */
async function poison(n: number): Promise<void> {
  const id = `poison-${options.from + n}`;
  ledger.add({ kind: 'poison', id, via: 'kafka', ref: id, person: 0, onUnknown: 'hold', case: null, sequence: null });
  const value = ['{', 'eyJhbGciOiJkaXIifQ..x.y.z', '', '\u0000\u0001', '{"specversion":"1.0"}'][n % 5]!;
  await producer.send([{ topic, messages: [{ key: null, value }] }]).catch(() => {});
}

function toEvent({ id, ref, person, onUnknown, case: caseName, sequence, expiresAt }: Produced): object {
  const inspection = onUnknown === 'resend';
  const at = new Date(Date.now() + 86_400_000).toISOString();
  return {
    ...{ specversion: '1.0', id, source: '/ofoq', subject: invent('cpr', person), time: new Date().toISOString() },
    type: `bh.gov.customs.ofoq.${inspection ? 'inspection.required' : 'declaration.cleared'}.v1`,
    expirytime: new Date(expiresAt!).toISOString(),
    ...(caseName && { correlationid: caseName, sequence: String(sequence) }),
    data: {
      ...{ declarationNumber: ref, portNameAr: 'ميناء الواحة', portNameEn: 'Al Waha Port', packages: 1 },
      [inspection ? 'inspectionAt' : 'clearedAt']: at,
    },
  };
}
