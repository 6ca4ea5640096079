import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { main } from '../../bin/program.ts';
import { auditOf } from '../../services/shared/audit/append.ts';
import type { Audience, Notification } from '../../services/shared/ledger/types.ts';
import { idOf, type Stage, startStage } from './console/stage.ts';

const BECAUSE = ['--because', 'wrong date in the text'];
const [ID, NONE] = [idOf('n', 7), idOf('n', 8)];
let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterEach(async () => {
  await stage.clear();
  for (const name of ['audit', 'audiences']) await stage.ledger.connection.collection(name).deleteMany({});
});
afterAll(() => stage?.stop());

async function run(...args: string[]) {
  const said = { out: '', err: '' };
  const out = (text: string) => {
    said.out += text;
  };
  const err = (text: string) => {
    said.err += text;
  };
  const env = { MONGODB_URI: stage.uri, MONGODB_DB: stage.dbName, KAFKA_BROKERS: '127.0.0.1:9', KEYRING_FILE: '/none' };
  const more = { watched: false, paint: (_: string, text: string) => text, clock: () => new Date() };
  return { code: await main(args, { out, err, ...more, env, input: async () => '' }), ...said };
}
const acts = async () => (await auditOf(stage.ledger).find().sort({ _id: 1 }).toArray()).map(({ act }) => act);

describe('notifyme audiences', () => {
  const audience = () => stage.ledger.audiences.findById(ID).lean<Audience>();
  const announce = async (more: Partial<Audience> = {}) => {
    await stage.ledger.audiences.collection.insertOne({
      ...{ _id: ID, entity: 'sijilat', segment: 'area-muharraq', event: 'sealed', test: false, position: 'p' },
      ...{ status: 'spreading', counts: { people: 500, routed: 480, notReached: 20 }, claim: null },
      ...{ acceptedAt: new Date(), dueAt: new Date(), checkpoint: 's_1', ...more },
    } as never);
    await stage.seed(7);
  };

  it('lists, pauses, resumes and stops; each an act in the trail, and nothing of it twice', async () => {
    await announce();
    const listed = await run('audiences', 'list');
    expect([listed.code, listed.out]).toEqual([
      0,
      expect.stringMatching(/spreading.*sijilat.*area-muharraq.*500 people/),
    ]);
    expect(listed.out).not.toContain('sealed');
    expect((await run('audiences', 'pause', ID, '--dry-run')).out).toContain('would be: no further page');
    expect([(await audience())?.status, await acts()]).toEqual(['spreading', []]);
    const states: (string | undefined)[] = [];
    for (const verb of ['pause', 'resume', 'stop']) {
      expect((await run('audiences', verb, ID, ...BECAUSE)).code).toBe(0);
      states.push((await audience())?.status);
    }
    expect(states).toEqual(['paused', 'spreading', 'stopped']);
    expect((await stage.ledger.notifications.findById(ID).lean<Notification>())?.cancelledAt).toBeInstanceOf(Date);
    const again = await run('audiences', 'stop', ID, ...BECAUSE);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('it is stopped')]);
    expect(await acts()).toEqual(['audience_pause', 'audience_resume', 'audience_stop']);
  });

  it('wants a reason, an id, and a notice that is there', async () => {
    await announce({ status: 'done' });
    expect((await run('audiences', 'pause', ID)).code).toBe(2);
    expect((await run('audiences', 'pause', 'n_1', ...BECAUSE)).code).toBe(2);
    expect((await run('audiences', 'pause', NONE, ...BECAUSE)).code).toBe(1);
    expect((await run('audiences', 'resume', ID, ...BECAUSE)).err).toContain('it is done');
    expect(await acts()).toEqual([]);
  });
});

describe('notifyme unknown', () => {
  const expiresAt = new Date(Date.now() + 3_600_000);
  const held = { status: 'unknown', reason: 'unknown_outcome', unknowns: 1, expiresAt, dueAt: expiresAt } as const;

  it('lists, sends again and gives up exactly what was confirmed; each an act in the trail', async () => {
    for (const n of [1, 2]) await stage.seed(n, { delivery: held });
    await stage.seed(3, { delivery: { ...held, entity: 'health' } });
    expect((await run('unknown', 'list', '--json')).out).toContain(`"id":"${idOf('d', 1)}"`);
    const dry = await run('unknown', 'send-again', '--entity', 'sijilat', '--json');
    expect(JSON.parse(dry.out)).toEqual({ dryRun: true, act: 'send-again', found: 2, done: null });
    const wrong = await run('unknown', 'send-again', '--entity', 'sijilat', ...BECAUSE, '--confirm', '3');
    expect([wrong.code, await acts()]).toEqual([1, []]);
    const done = await run('unknown', 'send-again', '--entity', 'sijilat', ...BECAUSE, '--confirm', '2');
    expect([done.code, done.out]).toEqual([0, expect.stringContaining('2 found, 2 done')]);
    expect((await stage.delivery(1)).status).toBe('deferred');
    const given = await run('unknown', 'give-up', '--id', idOf('d', 3), ...BECAUSE, '--confirm', '1');
    expect(given.code).toBe(0);
    expect(await stage.delivery(3)).toMatchObject({ status: 'failed', reason: 'unknown_outcome' });
    expect(await acts()).toEqual(['unknown_release', 'unknown_give_up']);
  });

  it('wants something to go by', async () => {
    expect((await run('unknown', 'give-up')).err).toContain('name at least one of --id, --entity, --channel');
  });
});
