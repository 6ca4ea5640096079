import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from '@jest/globals';
import { actsOn } from '../../services/shared/audit/append.ts';
import { ask } from '../support/e2e/ask.ts';
import { arrivedOf, eventOf, eventually, outcomeOf, post, publish } from '../support/e2e/notices.ts';
import { type Person, person } from '../support/e2e/people.ts';
import { useStage } from '../support/e2e/stage.ts';
import { notifyme, type Ran } from '../support/entities/command.ts';
import { BERTH, BERTH_DATA, harbour, writePackage } from '../support/entities/harbour.ts';

const stage = useStage();
const WHY = ['--because', 'agreed in writing'];
let who: Person;
let folder: string;

beforeAll(async () => {
  who = await person(stage, { channels: ['sms'] });
  folder = writePackage(harbour());
});

const run = (...args: string[]) => notifyme(stage, ...args);
const done = (ran: Ran): Ran => {
  if (ran.code !== 0) throw new Error(`exit ${ran.code}: ${ran.err}`);
  return ran;
};
const keyFor = async (kind: 'test' | 'live', entity = 'harbour') =>
  done(await run('keys', 'create', '--entity', entity, '--kind', kind)).out.trim();
const berth = (change: object = {}) => ({
  ...{ specversion: '1.0', id: randomUUID(), source: '/harbour', type: BERTH, subject: who.subject, data: BERTH_DATA },
  ...change,
});
const publishWith = (key: string, event: object) =>
  ask(stage.url, 'POST', '/v1/events', event, {
    authorization: `Bearer ${key}`,
    'content-type': 'application/cloudevents+json',
  });
/** The process has seen what was decided. */
const until = (what: string, seen: () => boolean) => eventually(what, async () => (seen() ? true : null));
const now = () => stage.runtime.catalogue;
const wordsInForce = () => now().templatesOf('harbour')?.['berth-assigned/en/sms.hbs'];

it('registers nothing for a package with a fault, nor in a dry run, and names every fault', async () => {
  const bad = harbour({ typePrefix: 'bh.gov.moic.sijilat.' }, { 'berth-assigned/en/sms.hbs': 'See https://x.example' });
  const refused = await run('entities', 'register', writePackage(bad), ...WHY);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('belongs to sijilat') });
  const words = harbour({}, { 'berth-assigned/en/sms.hbs': '{{vessel}} {{berth}} {{days}} https://x.example' });
  expect((await run('entities', 'register', writePackage(words), ...WHY)).err).toContain(
    'a web address is written out',
  );
  expect(await run('entities', 'register', folder, ...WHY, '--dry-run')).toMatchObject({ code: 0 });
  expect(await stage.runtime.ledger.entities.countDocuments()).toBe(0);
});

it('registers an entity while the platform runs: topics, first version, in test', async () => {
  const { out } = done(await run('entities', 'register', folder, ...WHY, '--json'));
  const { topics } = stage.runtime;
  expect(JSON.parse(out)).toMatchObject({ entity: 'harbour', version: 1, state: 'test', access: 'none' });
  expect(JSON.parse(out).topics).toEqual([topics.events('harbour'), topics.outcomes('harbour')]);
  const admin = stage.runtime.kafka.admin();
  await admin.connect();
  expect(await admin.listTopics()).toEqual(expect.arrayContaining(JSON.parse(out).topics));
  await admin.disconnect();
  expect(await run('entities', 'register', folder, ...WHY)).toMatchObject({ code: 1 });
});

it('takes test keys alone while it is in test, then live ones, and sends from its template', async () => {
  await until('the entity', () => now().bySource('/harbour') !== null);
  const [test, live] = [await keyFor('test'), await keyFor('live')];
  expect(await publishWith(live, berth())).toMatchObject({ status: 403, body: { code: 'entity_in_test' } });
  const tried = await publishWith(test, berth({ subject: 'simulator:delivered' }));
  expect(tried.status).toBe(202);
  expect(await outcomeOf(stage, tried.body.id)).toMatchObject({ status: 'reached', test: true });
  done(await run('entities', 'live', 'harbour', ...WHY));
  await until('the entity live', () => now().stateOf('harbour') === 'live');
  const { status, body } = await publishWith(live, berth());
  expect(status).toBe(202);
  await outcomeOf(stage, body.id);
  const [sms] = arrivedOf(stage, body.id).sms;
  expect(sms?.text).toMatch(/^Harbour: Lulu 3 has berth B-12\/4 for 3 days\./);
  const feed = await eventually('the outcome in the feed', async () => {
    const answer = await ask(stage.url, 'GET', '/v1/outcomes', undefined, { authorization: `Bearer ${live}` });
    return answer.body.items?.length > 0 ? answer.body.items : null;
  });
  expect(JSON.stringify(feed)).toContain(body.id);
});

it('sends what comes after a new version from that one, without a restart, and can go back', async () => {
  const live = await keyFor('live');
  const textOf = async () => {
    const { body } = await publishWith(live, berth());
    await outcomeOf(stage, body.id);
    return arrivedOf(stage, body.id).sms[0]?.text;
  };
  const words = 'Berth {{berth}}: {{vessel}}, {{days}} d.\n';
  const rights = { grants: { mandatory: true, lanes: ['urgent', 'normal'] as ('urgent' | 'normal')[] } };
  const next = writePackage(harbour(rights, { 'berth-assigned/en/sms.hbs': words }));
  done(await run('entities', 'publish', 'harbour', next, ...WHY));
  expect(JSON.parse(done(await run('entities', 'diff', 'harbour', '--from', '1', '--json')).out).files).toMatchObject([
    { file: 'berth-assigned/en/sms.hbs', change: 'changed' },
    { file: 'catalogue.json', change: 'changed' },
  ]);
  await until('the new words', () => wordsInForce() === words);
  expect(await textOf()).toMatch(/^Berth B-12\/4: Lulu 3, 3 d\./);
  expect(now().bySource('/harbour')?.grants).toMatchObject({ mandatory: false, lanes: ['normal'] });
  done(await run('entities', 'publish', 'harbour', '--version', '1', ...WHY));
  await until('the old words', () => wordsInForce() !== words);
  expect(await textOf()).toMatch(/^Harbour: Lulu 3/);
});

it('refuses a suspended entity at both doors, and still sends what was acknowledged before', async () => {
  const later = eventOf('sijilat-licence-renewed', who.subject, {
    notbefore: new Date(Date.now() + 4_000).toISOString(),
  });
  const before = await publish(stage, later);
  done(await run('entities', 'suspend', 'sijilat', ...WHY));
  await until('the entity suspended', () => now().stateOf('sijilat') === 'suspended');
  const refused = await post(stage, eventOf('sijilat-licence-renewed', who.subject), { entity: 'sijilat' });
  expect(refused).toMatchObject({ status: 403, body: { code: 'entity_suspended', retryable: false } });
  const direct = eventOf('sijilat-licence-renewed', who.subject);
  await stage.entities.publish(direct, 'kafka');
  const letter = await eventually('the dead letter', () =>
    stage.runtime.ledger.deadLetters.findOne({ reason: 'entity_suspended' }).lean(),
  );
  expect(letter).toMatchObject({ topic: stage.runtime.topics.events('sijilat') });
  expect(await stage.runtime.ledger.notifications.countDocuments({ eventId: direct.id })).toBe(0);
  await outcomeOf(stage, before);
  expect(arrivedOf(stage, before).sms).toHaveLength(1);
  done(await run('entities', 'live', 'sijilat', ...WHY));
  const acts = await actsOn(stage.runtime.ledger, 'sijilat');
  expect(acts.map(({ act, reason }) => [act, reason])).toEqual([
    ['entity_state', 'agreed in writing'],
    ['entity_state', 'agreed in writing'],
  ]);
});

it('takes a right within seconds, and an answer says which is missing', async () => {
  const live = await keyFor('live');
  done(await run('entities', 'grant', 'harbour', '--lanes', 'bulk', ...WHY));
  await until('the lane', () => now().bySource('/harbour')?.grants.lanes[0] === 'bulk');
  expect(await publishWith(live, berth())).toMatchObject({ status: 403, body: { code: 'not_granted' } });
  done(await run('entities', 'grant', 'harbour', '--lanes', 'normal', '--quota', '1', ...WHY));
  await until('the quota', () => now().bySource('/harbour')?.grants.quotaPerMinute === 1);
  const statuses = [await publishWith(live, berth()), await publishWith(live, berth())].map(({ status }) => status);
  expect(statuses).toContain(429);
});

it('rotates a key: the old one goes on for the days that were said, the new one works at once', async () => {
  const old = await keyFor('test', 'health');
  const keyId = old.split('_')[2]!;
  const rotate = ['keys', 'rotate', keyId, '--entity', 'health'];
  const fresh = done(await run(...rotate, '--overlap-days', '1')).out.trim();
  expect(fresh).toMatch(/^nk_test_/);
  expect(await run(...rotate)).toMatchObject({ code: 1, out: '' });
  const read = (key: string) => ask(stage.url, 'GET', '/v1/outcomes', undefined, { authorization: `Bearer ${key}` });
  expect((await Promise.all([read(old), read(fresh)])).map(({ status }) => status)).toEqual([200, 200]);
  const listed = JSON.parse(done(await run('keys', 'list', '--entity', 'health', '--json')).out).keys;
  expect(listed).toContainEqual(expect.objectContaining({ keyId, state: 'ending' }));
});
