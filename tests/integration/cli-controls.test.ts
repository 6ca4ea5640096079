import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { main } from '../../bin/program.ts';
import { auditOf } from '../../services/shared/audit/append.ts';
import type { Control, Suppression } from '../../services/shared/ledger/types.ts';
import { type Stage, startStage } from './console/stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'notifyme-cli-'));
const BECAUSE = ['--because', 'the gateway is being repaired'];
const LIVE = { status: 'queued', reason: null, expiresAt: new Date(Date.now() + 3_600_000) } as const;

// Each command opens the database anew.
jest.setTimeout(60_000);

type Ran = { code: number; out: string; err: string };
type Json = ReturnType<typeof JSON.parse>;

describe('the notifyme command', () => {
  let stage: Stage;
  let env: Record<string, string>;

  beforeAll(async () => {
    stage = await startStage();
    const KEYRING_FILE = join(folder, 'keyring.json');
    writeFileSync(KEYRING_FILE, JSON.stringify(stage.ring), { mode: 0o600 });
    env = { KEYRING_FILE, MONGODB_URI: stage.uri, MONGODB_DB: stage.dbName, KAFKA_BROKERS: '127.0.0.1:9' };
  });
  afterEach(async () => {
    await stage.clear();
    for (const name of ['audit', 'controls', 'suppressions'])
      await stage.ledger.connection.collection(name).deleteMany({});
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await stage.stop();
  });

  async function run(args: string[], typed = ''): Promise<Ran> {
    const said = { out: '', err: '' };
    const io = {
      out: (text: string) => {
        said.out += text;
      },
      err: (text: string) => {
        said.err += text;
      },
    };
    const more = { watched: false, paint: (_: string, text: string) => text, clock: () => new Date() };
    const code = await main(args, { ...io, ...more, env, input: async () => typed });
    return { code, ...said };
  }
  const json = async (args: string[], typed = ''): Promise<Json> =>
    JSON.parse((await run([...args, '--json'], typed)).out);
  const controls = () => stage.ledger.controls.find().lean<Control[]>();
  const acts = async () => (await auditOf(stage.ledger).find().sort({ _id: 1 }).toArray()).map(({ act }) => act);

  describe('pause and resume', () => {
    it('say what they would do, and do nothing', async () => {
      for (const n of [1, 2]) await stage.seed(n, { delivery: LIVE });
      const { code, out } = await run(['pause', '--channel', 'sms', '--codes', 'send', '--dry-run']);
      expect(code).toBe(0);
      expect(out).toMatch(/would pause +channel=sms\nwaits now +2, the oldest since 2026/);
      expect(out).toContain('Nothing was changed.');
      expect([await controls(), await acts()]).toEqual([[], []]);
    });

    it('hold, list, and end; each an act in the trail', async () => {
      await stage.seed(1, { delivery: LIVE });
      const paused = await json(['pause', '--entity', 'sijilat', '--for', '2h', ...BECAUSE]);
      expect(paused).toMatchObject({
        ...{ dryRun: false, waiting: { count: 1, codes: 0, more: false }, replaces: null },
        control: { id: 'hold:entity=sijilat', kind: 'pause', scope: { entity: 'sijilat' }, codes: 'send' },
      });
      const listed = await json(['controls']);
      expect(listed.controls).toMatchObject([{ because: BECAUSE[1], waiting: { count: 0 }, state: 'active' }]);
      expect(await run(['pause', '--entity', 'sijilat', '--for', '3h', ...BECAUSE])).toMatchObject({ code: 0 });
      expect(await json(['resume', '--entity', 'sijilat', ...BECAUSE])).toMatchObject({ dryRun: false });
      expect(await run(['resume', '--entity', 'sijilat', ...BECAUSE])).toMatchObject({ code: 1, out: '' });
      expect(await acts()).toEqual(['pause', 'pause', 'resume']);
      expect((await json(['controls'])).controls).toEqual([]);
    });

    it.each([
      [['pause', '--channel', 'sms', ...BECAUSE], '--codes hold or --codes send'],
      [['pause', ...BECAUSE], 'at least one of'],
      [['pause', '--entity', 'nobody', '--codes', 'send', ...BECAUSE], '--entity'],
      [['pause', '--entity', 'sijilat'], '--because'],
      [['pause', '--entity', 'sijilat', '--because', 'short'], '8 characters'],
      [['pause', '--entity', 'sijilat', '--until', '2020-01-01T00:00:00Z', ...BECAUSE], 'in the future'],
      [['weight', '--provider', 'smtp', ...BECAUSE], '--weight or --reset'],
    ])('are used wrongly: %j', async (args, words) => {
      const { code, out, err } = await run(args);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain(words);
    });

    it('refuse what stands already', async () => {
      await run(['pause', '--entity', 'sijilat', ...BECAUSE]);
      expect(await run(['pause', '--entity', 'sijilat', ...BECAUSE])).toMatchObject({ code: 1 });
      expect(await controls()).toHaveLength(1);
    });

    it('weigh a provider and go back to the settings', async () => {
      expect(await json(['weight', '--provider', 'smtp', '--weight', '0', ...BECAUSE])).toMatchObject({
        control: { kind: 'weight', weight: 0 },
      });
      expect(await controls()).toMatchObject([{ _id: 'weight:provider=smtp', weight: 0 }]);
      expect(await run(['weight', '--provider', 'smtp', '--reset', ...BECAUSE])).toMatchObject({ code: 0 });
      expect(await controls()).toEqual([]);
    });
  });

  describe('suppressions', () => {
    const entries = () => stage.ledger.suppressions.find().lean<Suppression[]>();

    it('take the number from standard input, and never say it', async () => {
      const dry = await run(['suppressions', 'add', '--dry-run', ...BECAUSE], '3600 1234\n');
      expect([dry.code, await entries(), await acts()]).toEqual([0, [], []]);
      const { entry } = await json(['suppressions', 'add', '--for', '30d', ...BECAUSE], '3600 1234\n');
      expect(entry).toMatchObject({ masked: '*1234', source: 'operator' });
      expect((await json(['suppressions', 'look-up', ...BECAUSE], '+97336001234')).entry._id).toBe(entry._id);
      expect((await json(['suppressions', 'list'])).entries).toHaveLength(1);
      const bad = await run(['suppressions', 'add', ...BECAUSE], '973360012345678');
      expect([bad.code, bad.out, bad.err]).toEqual([2, '', 'notifyme: address: number_not_valid\n']);
      expect(await run(['suppressions', 'remove', '--id', entry._id, ...BECAUSE])).toMatchObject({ code: 0 });
      expect(await run(['suppressions', 'remove', ...BECAUSE], '36001234')).toMatchObject({ code: 1 });
      expect(await acts()).toEqual(['suppression_add', 'suppression_lookup', 'suppression_remove']);
    });

    it('come from a file and go to one, with bad rows named by their line', async () => {
      const file = join(folder, 'list.csv');
      writeFileSync(file, 'address\n36001234\nnobody\nnoor@example.com\n');
      const args = ['suppressions', 'import', file, '--source', 'hard_bounce', ...BECAUSE];
      expect(await json([...args, '--dry-run'])).toEqual({
        ...{ dryRun: true, added: 2, there: 0 },
        bad: [{ line: 3, code: 'number_not_valid' }],
      });
      expect(await entries()).toEqual([]);
      expect(await run(args)).toMatchObject({ code: 1, out: expect.stringContaining('line 3') });
      const out = join(folder, 'copy.csv');
      expect(await json(['suppressions', 'export', '--out', out, ...BECAUSE])).toEqual({ written: 2 });
      const copy = readFileSync(out, 'utf8');
      expect([copy.match(/^a_[0-9a-f]{32},/gm)?.length, statSync(out).mode & 0o777]).toEqual([2, 0o600]);
      expect(copy).not.toMatch(/36001234|1234|example/);
      expect(await json(['suppressions', 'import', out, ...BECAUSE])).toMatchObject({ added: 0, there: 2, bad: [] });
    });
  });
});
