import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { main } from '../../bin/program.ts';
import { auditOf } from '../../services/shared/audit/append.ts';
import { createBlind } from '../../services/shared/crypto/blind.ts';
import { createSealer } from '../../services/shared/crypto/field.ts';
import { freshKeyRing, parseKeyRing } from '../../services/shared/crypto/keyring.ts';
import { connectLedger, type Ledger } from '../../services/shared/ledger/index.ts';
import { at } from '../../services/shared/ledger/samples.ts';
import { createRecordAccess } from '../../services/shared/record-access.ts';
import { EMAIL, MOBILE, NUMBER, seedNotice, seedPerson } from '../support/console/seed.ts';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'notifyme-records-'));
const WHY = ['--because', 'call 4711, nothing arrived'];
type Ran = { code: number; out: string; err: string };

describe('notifyme search, evidence and audit', () => {
  const dbName = `records-${randomBytes(4).toString('hex')}`;
  const file = (name: string) => join(folder, name);
  const ringFile = freshKeyRing();
  const ring = parseKeyRing(ringFile);
  const [sealer, blind] = [createSealer(ring), createBlind(ring)];
  let ledger: Ledger;
  let env: Record<string, string>;
  let person: Awaited<ReturnType<typeof seedPerson>>;
  let notice: Awaited<ReturnType<typeof seedNotice>>;

  beforeAll(async () => {
    writeFileSync(file('keyring.json'), JSON.stringify(ringFile), { mode: 0o600 });
    env = {
      ...{ KEYRING_FILE: file('keyring.json'), MONGODB_URI: process.env.MONGODB_URI ?? '', MONGODB_DB: dbName },
      ...{ KAFKA_BROKERS: process.env.KAFKA_BROKERS ?? '', TOPIC_PREFIX: dbName },
      ...{ EVIDENCE_KEYS_FILE: file('signing.json'), PUBLIC_URL: 'https://notifyme.bh.example' },
    };
    ledger = await connectLedger({ uri: env.MONGODB_URI!, dbName });
    person = await seedPerson({ ledger, sealer, blind });
    notice = await seedNotice({ ledger, sealer, blind }, person, 1);
    await seedNotice({ ledger, sealer, blind }, person, 2);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await ledger.connection.dropDatabase();
    await ledger.close();
  });

  const run = async (args: string[], { typed = '', more = {} as Record<string, string> } = {}): Promise<Ran> => {
    const ran: Ran = { code: -1, out: '', err: '' };
    const paint = (_: string, text: string) => text;
    ran.code = await main(args, {
      ...{ watched: false, paint, clock: () => new Date(), input: async () => typed, env: { ...env, ...more } },
      out(text) {
        ran.out += text;
      },
      err(text) {
        ran.err += text;
      },
    });
    return ran;
  };
  const json = async (args: string[], options = {}) => JSON.parse((await run([...args, '--json'], options)).out);
  const acts = async () => (await auditOf(ledger).find().sort({ _id: 1 }).toArray()).map(({ act }) => act);

  describe('search', () => {
    it('finds deliveries by conditions, and says that it is complete and where to go on', async () => {
      const all = await json(['search', '--channel', 'sms', '--status', 'deferred', '--since', at(0).toISOString()]);
      expect(all).toMatchObject({ what: 'deliveries', complete: true, next: null });
      expect(all.items).toHaveLength(2);
      const first = await json(['search', '--channel', 'sms', '--limit', '1']);
      const second = await json(['search', '--channel', 'sms', '--limit', '1', '--after', first.next]);
      const ids = [first, second].flatMap(({ items }) => items.map(({ _id }: { _id: string }) => _id));
      expect(ids).toEqual(all.items.map(({ _id }: { _id: string }) => _id));
    });

    it.each(['evt-1', 'CASE-1'])('finds a notice by %s, and by the ids of what belongs to it', async (text) => {
      for (const one of [text, notice.id, notice.email, notice.receipt]) {
        const { items } = await json(['search', one]);
        expect(items.map(({ _id }: { _id: string }) => _id)).toEqual([notice.id]);
      }
      expect((await json(['search', 'd_'.padEnd(34, '9')])).items).toEqual([]);
    });

    it.each([NUMBER, MOBILE, '36001234', EMAIL])('takes %s from standard input alone, with a reason', async (typed) => {
      const refused = await run(['search', typed]);
      expect(refused).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--stdin') });
      expect(refused.err).not.toContain(typed);
      expect((await run(['search', '--stdin'], { typed })).code).toBe(2);
      const before = (await acts()).length;
      const found = await json(['search', '--stdin', ...WHY], { typed: `${typed}\n` });
      expect(found.people).toMatchObject([{ subscriberId: person.id, registered: true }]);
      expect(found.items).toHaveLength(2);
      expect((await acts()).slice(before)).toEqual(['person_search']);
      const [look] = await (await createRecordAccess(ledger, sealer)).list(person.id, 1);
      expect(look).toMatchObject({ by: 'operator', what: 'record', because: WHY[1] });
    });

    it('finds nobody by what nobody has, and refuses what is no status of what is listed', async () => {
      expect(await json(['search', '--stdin', ...WHY], { typed: '36009999' })).toMatchObject({ people: [], items: [] });
      expect(await run(['search', '--status', 'reached'])).toMatchObject({ code: 2, out: '' });
      expect(await run(['search', '--what', 'notices', '--status', 'failed'])).toMatchObject({ code: 2, out: '' });
      expect((await run(['search', '--stdin', ...WHY], { typed: 'evt-1' })).code).toBe(2);
    });
  });

  describe('evidence', () => {
    const out = join(folder, 'case.json');
    const keys = join(folder, 'public.json');
    const verify = ['evidence', 'verify', out, '--keys', keys];

    it('says what is missing while there is no key, and makes one', async () => {
      const nothing = { more: { EVIDENCE_KEYS_FILE: '' } };
      expect(await run(['evidence', 'keys'], nothing)).toMatchObject({
        code: 78,
        out: '',
        err: expect.stringContaining('new-key'),
      });
      expect((await run(['evidence', 'new-key', '--file', file('signing.json'), '--dry-run'])).code).toBe(0);
      expect((await run(['evidence', 'keys'])).code).toBe(78);
      const made = await json(['evidence', 'new-key', '--file', file('signing.json')]);
      writeFileSync(keys, (await run(['evidence', 'keys'])).out);
      expect(JSON.parse(readFileSync(keys, 'utf8')).keys).toMatchObject([{ kid: made.kid, kty: 'EC', crv: 'P-256' }]);
      expect(readFileSync(keys, 'utf8')).not.toContain('"d"');
    });

    it('writes a bundle that is verified without settings, database or key ring, and finds a changed byte', async () => {
      expect((await run(['evidence', notice.id, '--out', out])).code).toBe(2);
      expect((await run(['evidence', 'n_'.padEnd(34, '9'), '--out', out, ...WHY])).code).toBe(1);
      expect(await json(['evidence', notice.id, '--out', out, ...WHY, '--dry-run'])).toMatchObject({ dryRun: true });
      const made = await json(['evidence', notice.id, '--out', out, ...WHY]);
      const record = await auditOf(ledger).findOne({ _id: made.record });
      expect(record).toMatchObject({ act: 'evidence_export', targets: [notice.id], reason: WHY[1] });
      const bare = { more: Object.fromEntries(Object.keys(env).map((name) => [name, ''])) };
      const told = await json(verify, bare);
      expect(told).toMatchObject({ ok: true, notice: notice.id, outcome: 'partly_reached', record: made.record });
      const page = ['evidence', 'verify', `${out}.html`, '--keys', keys];
      expect((await run(page, bare)).code).toBe(0);
      const text = readFileSync(`${out}.html`, 'utf8');
      writeFileSync(`${out}.html`, text.replace('was reached', 'was missed!'));
      expect(await run([...page, '--json'], bare)).toMatchObject({ code: 1, out: '{"ok":false,"fault":"page"}\n' });
    });

    it('opens what is hidden for one who may check it, as an act of its own', async () => {
      const opened = await run(['evidence', 'open', notice.id, ...WHY, '--json']);
      writeFileSync(file('openings.json'), opened.out);
      const fits = async (typed: string) =>
        JSON.parse((await run([...verify, '--openings', file('openings.json'), '--stdin', '--json'], { typed })).out)
          .fits;
      expect(await fits(`cpr:${NUMBER}`)).toEqual(['subject']);
      expect(await fits(MOBILE)).toEqual([notice.sms]);
      expect(await fits('+97336009999')).toEqual([]);
      expect((await acts()).at(-1)).toBe('evidence_open');
    });

    it('keeps what older keys signed verifiable, and does not take another set of keys', async () => {
      await run(['evidence', 'new-key', '--file', file('signing.json')]);
      writeFileSync(keys, (await run(['evidence', 'keys'])).out);
      expect((await run(verify)).code).toBe(0);
      await run(['evidence', 'new-key', '--file', file('others.json')]);
      writeFileSync(keys, (await run(['evidence', 'keys'], { more: { EVIDENCE_KEYS_FILE: file('others.json') } })).out);
      expect(await json(verify)).toEqual({ ok: false, fault: 'key' });
      expect((await run(['evidence', 'verify', out, '--keys', out])).code).toBe(2);
      expect((await run(['evidence', 'verify', file('nothing'), '--keys', keys])).code).toBe(2);
    });
  });

  it('does and shows nothing that cannot be written down', async () => {
    const trail = auditOf(ledger);
    const because = ['--because', 'the store is broken'];
    const reason = because[1]!;
    await trail.insertOne({ _id: -1, reason } as never);
    await trail.createIndex({ reason: 1 }, { unique: true, partialFilterExpression: { reason }, name: 'broken' });
    try {
      for (const args of [
        ['search', '--stdin', ...because],
        ['evidence', notice.id, '--out', file('never.json'), ...because],
        ['evidence', 'open', notice.id, ...because],
      ]) {
        expect(await run(args, { typed: NUMBER })).toMatchObject({ code: 70, out: '' });
      }
      expect(existsSync(file('never.json'))).toBe(false);
    } finally {
      await trail.dropIndex('broken');
      await trail.deleteOne({ _id: -1 });
    }
  });

  describe('audit', () => {
    const anchors = join(folder, 'anchors');
    const verify = ['audit', 'verify', '--anchors', anchors, '--topic'];

    it('finds an edit, a deletion, a reordering and a truncation, with anchors in a file and in the topic', async () => {
      expect((await run(verify)).code).toBe(1);
      expect((await run(['audit', 'anchor', '--file', anchors, '--topic'])).code).toBe(0);
      const trail = auditOf(ledger);
      const records = await trail.find().sort({ _id: 1 }).toArray();
      const last = records.length;
      expect(await json(verify)).toMatchObject({ ok: true, checked: last, anchors: 2 });
      const [one, two] = records as [(typeof records)[0], (typeof records)[0]];
      const { _id: _one, ...first } = one;
      const { _id: _two, ...second } = two;
      const put = async () => {
        await trail.deleteMany({});
        await trail.insertMany(records);
      };
      const tampering: [string, number, () => Promise<unknown>][] = [
        ['changed', 2, () => trail.updateOne({ _id: 2 }, { $set: { reason: 'another reason' } })],
        ['missing', 2, () => trail.deleteOne({ _id: 2 })],
        ['changed', 1, () => Promise.all([trail.replaceOne({ _id: 1 }, second), trail.replaceOne({ _id: 2 }, first)])],
        ['truncated', last, () => trail.deleteOne({ _id: last })],
      ];
      for (const [fault, seq, tamper] of tampering) {
        await tamper();
        expect(await json(verify)).toMatchObject({ ok: false, fault, seq });
        expect((await run(verify)).code).toBe(1);
        await put();
      }
      // The topic alone is enough to see that the end was cut off; without any anchor it is not seen.
      await trail.deleteOne({ _id: last });
      expect(await json(['audit', 'verify', '--topic'])).toMatchObject({ ok: false, fault: 'truncated' });
      expect(await json(['audit', 'verify'])).toMatchObject({ ok: true, anchors: 0 });
      await put();
    });
  });
});
