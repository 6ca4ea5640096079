import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { main } from '../../bin/program.ts';
import { createRunner } from '../../services/console/replay/run.ts';
import { type AuditRecord, GENESIS } from '../../services/shared/audit/act.ts';
import { auditOf } from '../../services/shared/audit/append.ts';
import { connectKafka, ensureTopics } from '../../services/shared/kafka/connect.ts';
import { createProducer } from '../../services/shared/kafka/producer.ts';
import { createKeyStore } from '../../services/shared/keys.ts';
import { at, NOON } from '../../services/shared/ledger/samples.ts';
import { silentLogger } from '../../services/shared/log.ts';
import { createRecordAccess } from '../../services/shared/record-access.ts';
import { idOf, type Stage, startStage } from './console/stage.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'notifyme-cli-'));
const HOURS = 3_600_000;

// A database that is not there is waited for 10 s.
jest.setTimeout(60_000);

type Ran = { code: number | null; out: string; err: string };
// Answers are read by their documented shape.
type Json = ReturnType<typeof JSON.parse>;

describe('the notifyme command', () => {
  let stage: Stage;
  let env: Record<string, string>;

  beforeAll(async () => {
    stage = await startStage();
    const KEYRING_FILE = join(folder, 'keyring.json');
    writeFileSync(KEYRING_FILE, JSON.stringify(stage.ring), { mode: 0o600 });
    env = {
      ...{ KEYRING_FILE, MONGODB_URI: stage.uri, MONGODB_DB: stage.dbName },
      ...{ KAFKA_BROKERS: process.env.KAFKA_BROKERS ?? '', TOPIC_PREFIX: stage.dbName.replaceAll('_', '-') },
    };
  });
  afterEach(async () => {
    await stage.clear();
    for (const name of ['audit', 'api_keys', 'dead_letters']) {
      await stage.ledger.connection.collection(name).deleteMany({});
    }
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await stage.stop();
  });

  const run = async (args: string[], more: Record<string, string> = {}, typed = ''): Promise<Ran> => {
    const ran: Ran = { code: null, out: '', err: '' };
    const out = (text: string) => {
      ran.out += text;
    };
    const err = (text: string) => {
      ran.err += text;
    };
    const io = { out, err, watched: false, paint: (_: string, text: string) => text, clock: () => new Date() };
    const input = async () => typed;
    ran.code = await main(args, { ...io, input, env: { ...env, ...more } });
    return ran;
  };
  /** The real file in a process of its own: pipes on every stream, nothing to read. */
  const runPiped = (args: string[], more: Record<string, string> = {}): Promise<Ran> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [join(ROOT, 'bin', 'notifyme.ts'), ...args], {
        ...{ cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
        env: { PATH: process.env.PATH, ...env, ...more },
      });
      const ran: Ran = { code: null, out: '', err: '' };
      child.stdout!.on('data', (text) => (ran.out += text));
      child.stderr!.on('data', (text) => (ran.err += text));
      child.on('close', (code) => resolve({ ...ran, code }));
    });
  const json = async (args: string[], code = 0, more = {}): Promise<Json> => {
    const ran = await run([...args, '--json'], more);
    if (ran.code !== code) throw new Error(`exit ${ran.code} instead of ${code}: ${ran.err}`);
    return JSON.parse(ran.out);
  };
  const acts = async () =>
    (await auditOf(stage.ledger).find().sort({ _id: 1 }).toArray()).map(({ act: kind, reason: because, details }) => ({
      kind,
      because,
      details,
    }));

  describe('keys', () => {
    it('makes a key that works, shows it once on standard output alone, lists it without its secret, and revokes it', async () => {
      const made = await run(['keys', 'create', '--entity', 'sijilat', '--kind', 'live']);
      const key = made.out.trim();
      const [, , keyId, secret] = /^nk_(live)_([a-z0-9]{16})_([\w-]{43})$/.exec(key) ?? [];
      expect(made).toMatchObject({ code: 0, err: expect.not.stringContaining(secret!) });
      const { authenticate } = createKeyStore({ ledger: stage.ledger });
      expect(await authenticate(`Bearer ${key}`)).toEqual({ entity: 'sijilat', kind: 'live', keyId });
      const listed = await run(['keys', 'list', '--entity', 'sijilat', '--json']);
      expect(JSON.parse(listed.out).keys).toMatchObject([{ keyId, kind: 'live', revokedAt: null }]);
      expect(listed.out + listed.err).not.toContain(secret);
      const revoke = ['keys', 'revoke', keyId!, '--entity', 'sijilat'];
      expect(await json([...revoke, '--dry-run'])).toMatchObject({ revoked: false });
      expect(await json(revoke)).toMatchObject({ revoked: true });
      expect(await createKeyStore({ ledger: stage.ledger }).authenticate(`Bearer ${key}`)).toBeNull();
      expect((await run(revoke)).code).toBe(1);
      expect(await acts()).toMatchObject([{ kind: 'key_create' }, { kind: 'key_revoke', details: { keyId } }]);
    });

    it('refuses the platform itself, an unknown entity, another entity’s key, and makes none in a dry run', async () => {
      expect((await run(['keys', 'create', '--entity', 'notifyme'])).code).toBe(1);
      expect(await run(['keys', 'create', '--entity', 'nobody'])).toMatchObject({ code: 2, out: '' });
      const { doc } = await createKeyStore({ ledger: stage.ledger }).createKey({ entity: 'health', kind: 'live' });
      expect((await run(['keys', 'revoke', doc._id, '--entity', 'sijilat'])).code).toBe(1);
      expect((await run(['keys', 'create', '--entity', 'sijilat', '--dry-run'])).out).toBe('');
      expect(await stage.ledger.apiKeys.countDocuments()).toBe(1);
    });
  });

  describe('replay', () => {
    const later = { expiresAt: new Date(Date.now() + HOURS) };
    const filter = ['replay', '--channel', 'sms', '--reason', 'provider_unavailable'];
    const why = ['--because', 'the provider is back'];

    const kinds = async () => (await acts()).map(({ kind }) => kind);
    const work = () => createRunner({ ...stage.tools, clock: () => new Date() }).step();

    it('only says what would happen, then sends exactly that once it is confirmed, and writes down why', async () => {
      await stage.seed(1, { delivery: later });
      await stage.seed(2, { delivery: later });
      await stage.seed(3, { delivery: { ...later, type: 'bh.gov.iga.ekey.sign-in.code.v1' } });
      const dry = await json([...filter, '--price', '0.012']);
      expect(dry).toMatchObject({
        ...{ dryRun: true, found: 3, send: 2, people: 2, smsSegments: 4, cost: '0.048', refused: { never_replay: 1 } },
        ...{ sample: [idOf('d', 1), idOf('d', 2)], status: 'planned' },
        next: `notifyme replay start ${dry.job} --because "..." --yes`,
      });
      expect(await stage.delivery(1)).toMatchObject({ status: 'failed', replays: 0 });
      await stage.seed(4, { delivery: later });
      const start = ['replay', 'start', dry.job, ...why];
      expect(await json([...start, '--yes', '--dry-run'])).toMatchObject({ changed: false, status: 'planned' });
      expect(await json([...start, '--confirm', '2'])).toMatchObject({ changed: true, status: 'running', send: 2 });
      expect(await json([...start, '--confirm', '2'])).toMatchObject({ changed: false });
      await work();
      expect(await stage.delivery(1)).toMatchObject({ status: 'deferred', replays: 1, replayJob: dry.job });
      expect(await stage.delivery(4)).toMatchObject({ status: 'failed', replays: 0 });
      expect(await acts()).toMatchObject([
        { kind: 'replay_dry_run', details: { id: dry.job } },
        { kind: 'replay', because: 'the provider is back', details: { id: dry.job, send: 2 } },
      ]);
    });

    it('finds and sends in one line when the number is known, at the pace that is asked for', async () => {
      await stage.seed(1, { delivery: later });
      expect(await json([...filter, ...why, '--confirm', '1', '--dry-run'])).toMatchObject({ dryRun: true });
      const sent = await json([...filter, ...why, '--confirm', '1', '--rate', '7']);
      expect(sent).toMatchObject({ dryRun: false, status: 'running', send: 1 });
      expect(await json(['replay', 'status', sent.job])).toMatchObject({
        perSecond: 7,
        confirmed: { because: why[1] },
      });
    });

    it('refuses a count that is not what would be sent, and changes nothing', async () => {
      await stage.seed(1, { delivery: later });
      const refused = await run([...filter, ...why, '--confirm', '7', '--json']);
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('1 would be sent now') });
      expect(JSON.parse(refused.out)).toMatchObject({ dryRun: true, send: 1 });
      const { job } = JSON.parse(refused.out);
      expect((await run(['replay', 'start', job, ...why, '--confirm', '7'])).code).toBe(1);
      expect((await run(['replay', 'start', job, ...why])).code).toBe(1);
      expect((await run([...filter, ...why, '--yes'], { REPLAY_COUNT_FROM: '1' })).code).toBe(1);
      expect(await stage.delivery(1)).toMatchObject({ status: 'failed' });
      expect(await kinds()).not.toContain('replay');
      expect(await json([...filter, ...why, '--yes'])).toMatchObject({ status: 'running', send: 1 });
    });

    it('waits for a second person above the size that is set, and takes none but whom the setting names', async () => {
      await stage.seed(1, { delivery: later });
      const large = { REPLAY_APPROVAL_ABOVE: '0', SUDO_USER: 'noor' };
      const { job, status } = await json([...filter, ...why, '--confirm', '1'], 0, large);
      expect(status).toBe('awaiting_approval');
      await work();
      expect(await stage.delivery(1)).toMatchObject({ status: 'failed' });
      const approve = ['replay', 'approve', job, '--because', 'seen, looks right'];
      expect((await run(approve, { SUDO_USER: 'adam' })).code).toBe(1);
      expect((await run(approve, { ...large, CLI_APPROVERS: 'noor,adam' })).code).toBe(1);
      const approved = await json(approve, 0, { SUDO_USER: 'adam', CLI_APPROVERS: 'noor,adam' });
      expect(approved).toMatchObject({ changed: true, status: 'running', approved: { by: 'adam' } });
      expect(await kinds()).toEqual(['replay_dry_run', 'replay', 'replay_approve']);
    });

    it('pauses, goes on, stops, and lists what was not sent, as CSV and JSON', async () => {
      await stage.seed(1, { delivery: later });
      const { job } = await json([...filter, ...why, '--yes']);
      const step = (name: string) => json(['replay', name, job, '--because', 'one more look']);
      expect(await step('pause')).toMatchObject({ changed: true, status: 'paused' });
      expect(await step('pause')).toMatchObject({ changed: false });
      expect(await step('resume')).toMatchObject({ changed: true, status: 'running' });
      expect(await step('stop')).toMatchObject({ changed: true, status: 'stopped' });
      expect(await step('resume')).toMatchObject({ changed: false, status: 'stopped' });
      const listed = await json(['replay', 'not-sent', job]);
      expect(listed.notSent).toMatchObject([{ delivery: idOf('d', 1), stage: 'not_begun', status: 'failed' }]);
      const { out } = await run(['replay', 'not-sent', job]);
      expect(out.split('\r\n')[1]).toContain(`${idOf('d', 1)},${idOf('n', 1)},not_begun,failed,provider_unavailable,`);
      expect((await json(['replay', 'status'])).jobs).toMatchObject([{ job, status: 'stopped' }]);
      expect((await run(['replay', 'status', `j_${'0'.repeat(32)}`])).code).toBe(1);
    });

    it('does nothing when what is done cannot be written down', async () => {
      await stage.seed(1, { delivery: later });
      const { job } = await json(filter);
      const record = auditOf(stage.ledger);
      await record.createIndex({ act: 1 }, { unique: true, name: 'broken' });
      await record.insertOne({ _id: 2, act: 'replay', hash: GENESIS } as AuditRecord);
      const failed = await run(['replay', 'start', job, ...why, '--yes']);
      await record.dropIndex('broken');
      expect(failed).toMatchObject({ code: 70, out: '' });
      expect(await json(['replay', 'status', job])).toMatchObject({ status: 'planned' });
    });

    it.each([
      ['no filter', ['replay']],
      ['no reason for the record', [...filter, '--yes']],
      ['a channel that is none', ['replay', '--channel', 'fax']],
      ['a reason that is not in the list', ['replay', '--reason', 'bad_luck']],
      ['a time without a zone', ['replay', '--since', '2026-11-24T09:00']],
      ['an id of another kind', ['replay', '--id', idOf('n', 1)]],
      ['a job that is none', ['replay', 'stop', idOf('d', 1), '--because', 'wrong text']],
      ['no reason to stop', ['replay', 'stop', `j_${'0'.repeat(32)}`]],
    ])('is typed wrongly with %s', async (_, args) => {
      expect(await run(args)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/\S/) });
    });
  });

  describe('dead letters', () => {
    const SECRET = '{"subject":"cpr:809900070"}';
    const id = idOf('x', 1);
    const letter = () => ({
      ...{ _id: id, reason: 'key_unknown', detail: 'key "k9" is not in the key ring', partition: 0, offset: '7' },
      topic: stage.topics.events('health'),
      original: stage.sealer.seal(Buffer.from(SECRET).toString('base64'), 'dead-letter'),
      ...{ key: Buffer.from('cpr:809900070').toString('base64'), headers: { ce_subject: 'cpr:809900070' } },
      ...{ at: new Date(), replayedAt: null },
    });

    it('shows reason, place and size, and the content only when asked with a reason, which is written down', async () => {
      await stage.ledger.connection.collection('dead_letters').insertOne(letter() as never);
      expect((await json(['dead-letters', 'list'])).deadLetters).toMatchObject([{ id, reason: 'key_unknown' }]);
      const masked = await run(['dead-letters', 'show', id, '--json']);
      expect(JSON.parse(masked.out)).toMatchObject({
        bytes: SECRET.length,
        headerNames: ['ce_subject'],
        readable: true,
      });
      expect(masked.out).not.toContain('809900070');
      expect((await run(['dead-letters', 'show', id, '--reveal'])).code).toBe(2);
      expect(await acts()).toEqual([]);
      const why = ['--because', 'asked by the entity'];
      expect(await json(['dead-letters', 'show', id, '--reveal', ...why])).toMatchObject({ content: SECRET });
      expect(await acts()).toMatchObject([{ kind: 'dead_letter_reveal', details: { id } }]);
    });

    it('puts the original bytes back once confirmed, and not a second time', async () => {
      const topic = stage.topics.events('health');
      const kafka = connectKafka({ brokers: [env.KAFKA_BROKERS!], clientId: 'cli-test', log: silentLogger });
      await ensureTopics(kafka, [{ topic, partitions: 1 }]);
      const tombstone = { ...letter(), _id: idOf('x', 2), original: null, reason: 'key_unknown' };
      await stage.ledger.connection.collection('dead_letters').insertMany([letter(), tombstone] as never[]);
      const replay = ['dead-letters', 'replay', '--reason', 'key_unknown'];
      expect(await json(replay)).toEqual({ dryRun: true, found: 2, empty: 1, send: 1, replayed: null });
      expect((await run([...replay, '--because', 'the key is there', '--confirm', '2'])).code).toBe(1);
      expect(await json([...replay, '--because', 'the key is there', '--confirm', '1'])).toMatchObject({ replayed: 1 });
      expect(await json(replay)).toMatchObject({ found: 1, send: 0 });
      const admin = kafka.admin();
      await admin.connect();
      expect(await admin.fetchTopicOffsets(topic)).toMatchObject([{ high: '1' }]);
      await admin.disconnect();
    });
  });

  it('lets a second person put back more dead letters than one may', async () => {
    const topic = stage.topics.events('health');
    const kafka = connectKafka({ brokers: [env.KAFKA_BROKERS!], clientId: 'cli-test', log: silentLogger });
    await ensureTopics(kafka, [{ topic, partitions: 1 }]);
    const original = stage.sealer.seal(Buffer.from('{}').toString('base64'), 'dead-letter');
    const letter = (n: number) => ({
      ...{ _id: idOf('x', n), reason: 'key_unknown', detail: '', topic, partition: 0, offset: String(n), original },
      ...{ key: null, headers: {}, at: new Date(), replayedAt: null },
    });
    await stage.ledger.connection.collection('dead_letters').insertMany([letter(1), letter(2)] as never[]);
    const few = { REPLAY_APPROVAL_ABOVE: '1', CLI_APPROVERS: 'adam' };
    const replay = ['dead-letters', 'replay', '--reason', 'key_unknown', '--because', 'the key is there'];
    const asked = await json([...replay, '--confirm', '2'], 0, { ...few, SUDO_USER: 'noor' });
    expect(asked).toMatchObject({ replayed: null, status: 'awaiting_approval', job: expect.stringMatching(/^j_/) });
    const approve = ['replay', 'approve', asked.job, '--because', 'looked at both', '--watch'];
    expect((await run(approve, { ...few, SUDO_USER: 'noor' })).code).toBe(1);
    const approved = await json(approve, 0, { ...few, SUDO_USER: 'adam' });
    expect(approved).toMatchObject({ status: 'done', started: 2, letters: { reason: 'key_unknown' } });
  });

  it('explains a notice, by its own id or by a delivery’s, in both languages', async () => {
    await stage.seed(1, { notification: { status: 'not_reached', reason: 'opted_out', outcomeAt: at(9) } });
    const english = await run(['explain', idOf('d', 1)]);
    expect(english.out).toContain(
      '24 November 2026, 12:00:09  Outcome: the person was not reached. The person switched',
    );
    const arabic = await run(['explain', idOf('n', 1), '--lang', 'ar']);
    expect(arabic.out).toContain('تم القبول من سجلات: تجديد ترخيص.'.slice(0, 14));
    expect(arabic.out).toContain('النتيجة: لم يتم الوصول إلى المستلم. أوقف الشخص هذا الإشعار.');
    expect((await json(['explain', idOf('n', 1)])).lines[0]).toMatchObject({ at: NOON.toISOString() });
    const { subscriberId } = (await stage.ledger.notifications.findById(idOf('n', 1)).lean())!;
    const looks = await (await createRecordAccess(stage.ledger, stage.sealer)).list(subscriberId, 10);
    expect(looks).toHaveLength(3);
    expect(looks[0]).toMatchObject({ by: 'operator', actor: expect.any(String), what: 'notices' });
    expect((await run(['explain', idOf('n', 404)])).code).toBe(1);
    expect((await run(['explain', '+97336001234'])).code).toBe(2);
  });

  it('counts what each group has not finished', async () => {
    const topic = stage.topics.deadLetters;
    const kafka = connectKafka({ brokers: [env.KAFKA_BROKERS!], clientId: 'cli-test', log: silentLogger });
    await ensureTopics(kafka, [{ topic, partitions: 1 }]);
    const producer = await createProducer(kafka);
    await producer.send([{ topic, messages: ['a', 'b', 'c'].map((value) => ({ key: null, value })) }]);
    await producer.stop();
    const groupId = `${env.TOPIC_PREFIX}.dead-letters`;
    const group = { groupId, members: 0, lag: 3, topics: [{ topic, partitions: 1, lag: 3 }] };
    expect((await json(['lag'])).groups).toContainEqual(expect.objectContaining(group));
    expect(await run(['lag', '--max', '2'])).toMatchObject({ code: 1, err: expect.stringContaining(groupId) });
  });

  describe('doctor', () => {
    it('says each finding with its fix, exits 1, and changes nothing', async () => {
      const fresh = { MONGODB_DB: `${stage.dbName}_doctor`, TOPIC_PREFIX: `${env.TOPIC_PREFIX}-doctor` };
      const report = await json(['doctor', '--only', 'topics,groups,database,indexes,clock,due'], 1, fresh);
      const of = (check: string) => report.checks.filter((one: Json) => one.check === check);
      expect(of('topics').at(0)).toMatchObject({ result: 'wrong', fix: expect.stringContaining('start any service') });
      expect(of('groups').length).toBe(23);
      expect(of('indexes').every(({ result }: Json) => result === 'wrong')).toBe(true);
      expect(of('database')).toMatchObject([{ result: 'ok' }]);
      expect(of('clock')).toMatchObject([{ result: 'ok' }]);
      expect(of('due')).toMatchObject([{ result: 'ok' }]);
      const created = await stage.ledger.connection.useDb(fresh.MONGODB_DB).listCollections();
      expect(created).toEqual([]);
    });

    it('finds an open key ring, an overdue delivery and fresh dead letters, and is content when they are mended', async () => {
      const checks = ['doctor', '--only', 'settings,keyring,database,indexes,due,dead-letters,templates'];
      expect(await json(checks)).toMatchObject({ ok: true, findings: 0 });
      chmodSync(env.KEYRING_FILE!, 0o644);
      await stage.seed(1, { delivery: { status: 'deferred', dueAt: new Date(Date.now() - 120_000) } });
      await stage.ledger.connection
        .collection('dead_letters')
        .insertOne({ _id: idOf('x', 9), at: new Date() } as never);
      const lines = (await run(checks)).out.split('\n').filter((line) => line.startsWith('wrong'));
      chmodSync(env.KEYRING_FILE!, 0o600);
      expect(lines).toEqual([
        expect.stringMatching(/keyring .*\(644\)\. Fix: chmod 600 /),
        expect.stringMatching(new RegExp(`due .*${idOf('d', 1)} is deferred and 1[12]\\d s overdue\\. Fix: `)),
        expect.stringMatching(/dead-letters .*1 in the last hour\. Fix: /),
      ]);
    });

    it('tells servers that do not answer from those that do, and skips what stands on them', async () => {
      const dead = {
        KAFKA_BROKERS: '127.0.0.1:1',
        SMTP_URL: 'smtp://user:hunter2@127.0.0.1:1',
        SNS_ENDPOINT: 'http://127.0.0.1:1',
      };
      const ran = await run(['doctor', '--only', 'broker,topics,providers', '--json'], dead);
      const { checks } = JSON.parse(ran.out);
      expect(checks.map(({ check, result }: Json) => `${check} ${result}`)).toEqual([
        ...['broker wrong', 'topics skipped', 'providers wrong', 'providers wrong'],
      ]);
      expect(ran.out + ran.err).not.toContain('hunter2');
    });
  });

  it('lists all settings that are wrong and exits 78, and 69 when a server does not answer', async () => {
    const bad = await run(['lag'], { MONGODB_URI: '', KEYRING_FILE: '', TOPIC_PREFIX: 'UPPER' });
    expect(bad).toMatchObject({ code: 78, out: '' });
    for (const name of ['MONGODB_URI', 'KEYRING_FILE', 'TOPIC_PREFIX']) expect(bad.err).toContain(name);
    expect((await run(['lag'], { KAFKA_BROKERS: '127.0.0.1:1' })).code).toBe(69);
    expect((await run(['replay', '--since', '1h'], { MONGODB_URI: 'mongodb://127.0.0.1:1' })).code).toBe(69);
    expect((await run(['dead-letters', 'show', idOf('x', 1)], { KEYRING_FILE: '/nowhere' })).code).toBe(1);
  });

  it.each<[number, string[], Record<string, string>?]>([
    [0, ['replay', '--since', '1h', '--json']],
    [0, ['keys', 'list', '--entity', 'sijilat', '--json']],
    [0, ['dead-letters', 'list', '--json']],
    [0, ['lag', '--json']],
    [0, ['doctor', '--only', 'keyring', '--json']],
    [0, ['check', 'contracts/examples/valid/health-result-ready.json', '--json']],
    [1, ['check', 'contracts/examples/invalid/subject-check-digit.json', '--json']],
    [1, ['doctor', '--only', 'broker', '--json'], { KAFKA_BROKERS: '127.0.0.1:1' }],
  ])(
    'ends by itself with %i, piped and without a terminal, its standard output one JSON document: %p',
    async (code, args, more = {}) => {
      const ran = await runPiped(args, { ...more, FORCE_COLOR: '0' });
      expect(ran).toMatchObject({ code, err: expect.not.stringMatching(/Warning/) });
      expect(JSON.parse(ran.out)).toEqual(expect.any(Object));
    },
  );

  it.each<[number, string[], Record<string, string>?]>([
    [2, []],
    [2, ['keys', 'create']],
    [78, ['explain', idOf('n', 1)], { KAFKA_BROKERS: '' }],
    [69, ['lag'], { KAFKA_BROKERS: '127.0.0.1:1' }],
  ])('exits %i with nothing on standard output: %p', async (code, args, more = {}) => {
    expect(await runPiped(args, more)).toMatchObject({ code, out: '', err: expect.stringMatching(/\S/) });
  });

  it('colours nothing in a pipe, nor when NO_COLOR is set', async () => {
    const check = ['doctor', '--only', 'keyring'];
    expect((await runPiped(check)).out).not.toContain('\u001b');
    expect((await runPiped(check, { FORCE_COLOR: '1' })).out).toContain('\u001b');
    expect((await runPiped(check, { NO_COLOR: '1' })).out).not.toContain('\u001b');
  });
});
