import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NotifyMeEvent } from '../../contracts/generated/types.ts';
import { entityOf } from '../../deploy/local/demo/story.ts';
import { sealForPlatform } from '../../services/shared/crypto/event-seal.ts';
import { createProducer } from '../../services/shared/kafka/producer.ts';
import { topics as topicNames } from '../../services/shared/topics.ts';
import { rawDocuments, rawRecords } from '../support/e2e/dump.ts';
import { eventOf, eventually, makeDue } from '../support/e2e/notices.ts';
import type { Person } from '../support/e2e/people.ts';
import { type CanaryRun, NAME, prepareRun } from '../support/guarded/canary-run.ts';
import { createPlanting } from '../support/guarded/planting.ts';
import { createScan, type Scan, scanFiles } from '../support/guarded/scan.ts';

const PEOPLE = 54;
const EVENTS = 390;
const topics = topicNames(NAME);
const planting = createPlanting();
const { canary } = planting;
/** Put in the clear into the database and into Kafka: the search must find both, and nothing else. */
const leaks = { database: '', kafka: '' };
const answers: string[] = [];
/** Planted as the name of a member: whoever sent it is told that name again, so that the mistake can be found. */
const names: string[] = [];
const named = () => {
  names.push(canary());
  return names.at(-1)!;
};
let run: CanaryRun;
let scan: Scan;
let people: Person[];
let documents: Awaited<ReturnType<typeof rawDocuments>>;
let records: Awaited<ReturnType<typeof rawRecords>>;
let metrics: string;
let files: ReturnType<typeof scanFiles>;

beforeAll(async () => {
  run = await prepareRun();
  const { limit, register } = run;
  people = await Promise.all(Array.from({ length: PEOPLE }, (_, n) => limit(() => planting.somebody(register, n))));
  const hooked = await call('/v1/webhooks', { url: run.endpoint.url }, await run.keyOf('health'));
  expect(hooked.status).toBe(201);
  run.providers.chaos('email', 'throttle');
  const events = await publishAll(0, EVENTS / 2);
  await run.changeKey();
  events.push(...(await publishAll(EVENTS / 2, EVENTS)));
  run.providers.chaos('email', 'ok');
  await publishUnreadable();
  await askWrongly();
  await everythingEnded(events);
  await askAbout(events);
  metrics = await (await fetch(`${run.service.url}/metrics`)).text();
  await leakOnPurpose();
  documents = await rawDocuments(run.ledger);
  records = await rawRecords(run.servers.kafkaBrokers, NAME);
  await run.end();
  scan = createScan(planting.planted);
  files = scanFiles(run.dataDir, scan);
}, 600_000);

afterAll(() => run?.clear(), 60_000);

const ask = (path: string, init: RequestInit = {}) => fetch(new URL(path, run.service.url), init);

/** One call whose answer is kept, whatever it is. */
async function call(path: string, body: unknown, key = '', headers: Record<string, string> = {}) {
  const answer = await ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  answers.push(`${answer.status} ${text}`);
  return { status: answer.status, text };
}

/** Over all entities, types, kinds of people and both ways. */
async function publishAll(from: number, to: number): Promise<NotifyMeEvent[]> {
  const numbers = Array.from({ length: to - from }, (_, n) => from + n);
  const events = numbers.map((n) => planting.event(n, people[(n * 7) % PEOPLE]!.subject));
  await Promise.all(
    events.map((event, n) =>
      run.limit(async () => (await run.publisher(entityOf(event), n % 3 === 0 ? 'kafka' : 'http')).publish(event)),
    ),
  );
  return events;
}

/** What becomes a dead letter: sealed with a stranger's key, unfit for its type, to nobody's number, of another's source. */
async function publishUnreadable(): Promise<void> {
  const good = planting.sow(eventOf('health-appointment-confirmed', people[0]!.subject));
  const more = (n: number, change: object) => ({ ...good, ...change, id: `unreadable-${n}-${Object.keys(change)}` });
  const producer = await createProducer(run.kafka);
  const unfit = () => ({ ...(good.data as object), [canary()]: canary(), clinicNameEn: [canary()] });
  const sealed = Array.from({ length: 12 }, (_, n) => [
    sealForPlatform(more(n, { data: planting.sow(good).data }), run.strangersKey),
    sealForPlatform(more(n, { data: unfit() }), run.publicKey),
    sealForPlatform(more(n, { subject: `cpr:${planting.number('123456789')}` }), run.publicKey),
    sealForPlatform(more(n, { subject: canary(), dataschema: canary() }), run.publicKey),
    sealForPlatform(more(n, { source: '/sijilat' }), run.publicKey),
    sealForPlatform(canary(), run.publicKey),
  ]).flat();
  const values = [...(await Promise.all(sealed)), 'not an event', null];
  await producer.send([{ topic: topics.events('health'), messages: values.map((value) => ({ key: null, value })) }]);
  await producer.stop();
}

/** Requests that are refused, with something planted wherever a caller may put it. */
async function askWrongly(): Promise<void> {
  const key = await run.keyOf('health');
  const good = planting.sow(eventOf('health-appointment-confirmed', people[0]!.subject));
  const cloud = { 'content-type': 'application/cloudevents+json' };
  const bad: unknown[] = [
    { ...good, subject: `cpr:${planting.number('987654321')}` },
    { ...good, subject: `${planting.stranger()}0` },
    { ...good, data: { [named()]: canary() } },
    { ...good, data: { ...(good.data as object), clinicNameEn: { [named()]: 1 } } },
    { ...good, data: canary() },
    { ...good, expirytime: canary() },
    { ...good, subject: `audience:${canary()}` },
    `{"data": {"name": "${canary()}"`,
    `"${canary()}"`,
  ];
  for (const body of bad) expect((await call('/v1/events', body, key, cloud)).status).toBeGreaterThanOrEqual(400);
  const who = people[0]!;
  const wrong: [string, string, unknown][] = [
    ['POST', '/me/contacts', { channel: 'email', address: `${canary()}@@example.com` }],
    ['POST', '/me/contacts', { channel: 'sms', address: `+1${planting.number('20255512')}` }],
    ['POST', '/me/contacts', { channel: 'push', subscription: { endpoint: `https://${canary()}.example` } }],
    ['PUT', '/me', { language: canary() }],
    ['PUT', '/me/preferences', { [named()]: canary() }],
    ['GET', `/me/inbox?search=${canary()}&${named()}=${canary()}`, undefined],
  ];
  for (const [method, path, body] of wrong) {
    const { status, body: answer } = await who.call(method, path, body);
    expect(status).toBeGreaterThanOrEqual(400);
    answers.push(`${status} ${JSON.stringify(answer)}`);
  }
  for (const path of ['/callbacks/sns', '/callbacks/sns-sms-status', '/callbacks/sms-gateway'])
    await call(path, { Message: canary(), records: [{ data: canary() }], to: canary() });
}

/** Later steps of a plan are not waited for. */
const everythingEnded = (events: NotifyMeEvent[]) =>
  eventually(
    'every outcome',
    async () => {
      const { notifications } = run.ledger;
      await makeDue(run.ledger, { status: { $in: ['deferred', 'unknown'] } });
      const ended = await notifications.countDocuments({ outcomeAt: { $ne: null }, entity: { $ne: 'notifyme' } });
      const open = await notifications.countDocuments({ outcomeAt: null });
      const set = await run.ledger.deadLetters.countDocuments();
      return ended >= events.length && open === 0 && set >= 24 ? true : null;
    },
    300_000,
  );

/** What an entity is told about its notices. */
async function askAbout(events: NotifyMeEvent[]): Promise<void> {
  const key = await run.keyOf('health');
  const headers = { authorization: `Bearer ${key}` };
  const mine = await run.ledger.notifications.find({ entity: 'health' }).select({ _id: 1 }).lean();
  expect(events.length).toBeGreaterThan(mine.length);
  for (const { _id } of mine) answers.push(await (await ask(`/v1/notifications/${_id}`, { headers })).text());
  answers.push(await (await ask('/v1/outcomes?limit=500', { headers })).text());
}

async function leakOnPurpose(): Promise<void> {
  Object.assign(leaks, { database: canary(), kafka: canary() });
  await run.ledger.connection.collection('leak').insertOne({ text: leaks.database });
  const producer = await createProducer(run.kafka);
  await producer.send([{ topic: topics.receipts, messages: [{ key: null, value: leaks.kafka }] }]);
  await producer.stop();
}

describe('after a run with failures, dead letters, receipts and refusals', () => {
  it('about a thousand things are planted, and people got them', () => {
    expect(planting.count()).toBeGreaterThan(900);
    const { outbox } = run.providers;
    const seen = scan(JSON.stringify([outbox.sms(), outbox.mail().map(({ to, text }) => [to, text])]));
    expect(seen.length).toBeGreaterThan(150);
  });

  it('none is in the files of database and broker, but the two that were leaked on purpose', () => {
    const isCode = ({ what }: { what: string }) => planting.planted.codes.has(what);
    const places = files.found.filter((one) => !isCode(one)).map(({ file, what }) => `${file.split('/')[0]} ${what}`);
    expect([...new Set(places)].toSorted()).toEqual([`kafka ${leaks.kafka}`, `postgresql-18 ${leaks.database}`]);
    // Six digits stand in so many bytes by chance now and then; a leak of codes would show a good part of them.
    const codes = new Set(files.found.filter(isCode).map(({ what }) => what));
    expect(planting.planted.codes.size).toBeGreaterThan(50);
    expect(codes.size).toBeLessThanOrEqual(2);
    expect(files.bytes).toBeGreaterThan(20_000_000);
  });

  it('none is in a document or record, also where files hold them compressed', () => {
    const inDocuments = documents.flatMap(({ collection, bytes }) =>
      scan(bytes).map((what) => `${collection} ${what}`),
    );
    expect(inDocuments).toEqual([`leak ${leaks.database}`]);
    const inRecords = records.flatMap(({ topic, key, value, headers }) =>
      [key ?? '', value ?? '', headers].flatMap((part) => scan(part)).map((what) => `${topic} ${what}`),
    );
    expect(inRecords).toEqual([`${topics.receipts} ${leaks.kafka}`]);
    expect(documents.length + records.length).toBeGreaterThan(4 * EVENTS);
  });

  it('values are sealed with the key that became the current one meanwhile, and with the one before', () => {
    const notices = documents.filter(({ collection }) => collection === 'notifications');
    const keys = notices.flatMap(({ bytes }) => /\0(k\d)\.[\w-]{40}/.exec(bytes.toString('latin1'))?.[1] ?? []);
    expect([...new Set(keys)].toSorted()).toEqual(['k1', 'k2']);
    // A value that does not open ends a delivery with this reason.
    const failed = documents.filter(({ collection }) => collection === 'deliveries');
    expect(failed.filter(({ bytes }) => bytes.includes('key_unknown'))).toEqual([]);
  });

  it('none is in a log, a trace or a metric', () => {
    expect(run.service.output()).toContain('"event":"stopped"');
    expect(scan(run.service.output())).toEqual([]);
    expect(run.traces.bodies.join('\n')).toContain('notifyme-all');
    expect(scan(run.traces.bodies.join('\n'))).toEqual([]);
    expect(metrics).toContain('notifyme_dead_letters_total');
    expect(scan(metrics)).toEqual([]);
  });

  it('none is in an answer, whether it refuses or tells, nor in a webhook', () => {
    const told = answers.flatMap((answer) => scan(answer).map((what) => ({ what, answer: answer.slice(0, 300) })));
    expect(told.filter(({ what }) => !names.includes(what))).toEqual([]);
    expect(run.endpoint.bodies.length).toBeGreaterThan(10);
    expect(scan(run.endpoint.bodies.join('\n'))).toEqual([]);
  });
});
