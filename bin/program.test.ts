import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { CHECK_NAMES } from './doctor/names.ts';
import { buildProgram, main } from './program.ts';
import type { Run } from './run.ts';

const silent = { out: () => {}, err: () => {} };
const program = buildProgram((() => async () => {}) as Run, silent);
const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}`.trim() : '';
const all = leaves(program).map((command) => [pathOf(command), command] as const);
const longs = (command: Command) => command.options.map(({ long }) => long);

async function run(...args: string[]) {
  const said = { out: '', err: '' };
  const io = {
    env: {},
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
    ...{ watched: false, paint: (_: string, text: string) => text, clock: () => new Date(), input: async () => '' },
  };
  return { code: await main(args, io), ...said };
}

describe('the tree of commands', () => {
  it('has what operators and entities were promised', () => {
    expect(all.map(([path]) => path).sort()).toEqual([
      ...[
        ...['audiences list', 'audiences pause', 'audiences resume', 'audiences stop'],
        'audit anchor',
        'audit verify',
        'check',
        'completion',
        'controls',
        'dead-letters list',
        'dead-letters replay',
        'dead-letters show',
        'doctor',
        ...['entities diff', 'entities grant', 'entities list', 'entities live', 'entities preview'],
        ...['entities publish', 'entities register', 'entities show', 'entities suspend', 'entities test'],
        ...['evidence export', 'evidence keys', 'evidence new-key', 'evidence open', 'evidence verify'],
        'explain',
      ],
      ...[
        'kafka-access',
        'keyring add',
        'keyring list',
        'keyring use',
        'keys create',
        'keys list',
        'keys revoke',
        'keys rotate',
        'lag',
        'listen',
        'pause',
      ],
      ...['replay approve', 'replay not-sent', 'replay pause', 'replay resume', 'replay start', 'replay status'],
      ...['replay stop', 'resume', 'search'],
      ...['suppressions add', 'suppressions export', 'suppressions import', 'suppressions list'],
      ...['suppressions look-up', 'suppressions remove', 'unknown give-up', 'unknown list'],
      ...['unknown send-again', 'weight'],
    ]);
  });

  it.each(all)('%s says what it does, and has --json unless it prints a script', (path, command) => {
    expect(command.description()).not.toBe('');
    expect(longs(command).includes('--json')).toBe(path !== 'completion');
  });

  it.each([
    ...['keys create', 'keys revoke', 'replay start', 'dead-letters replay', 'pause', 'resume', 'weight'],
    ...['suppressions add', 'suppressions remove', 'suppressions import'],
    ...['audiences pause', 'audiences resume', 'audiences stop', 'unknown send-again', 'unknown give-up'],
  ])('%s changes things, so has --dry-run', (path) => {
    expect(longs(new Map(all).get(path)!)).toContain('--dry-run');
  });

  it('takes no secret as an argument', () => {
    expect(
      all.flatMap(([, command]) => longs(command)).filter((long) => /secret|password|token|api-?key/.test(long!)),
    ).toEqual([]);
  });
});

describe('main', () => {
  it('answers help on standard output with 0, and nothing or nonsense on standard error with 2', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Examples:') });
    expect(await run('replay', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('--confirm <count>') });
    expect(await run()).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage: notifyme') });
    expect(await run('replya')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('replay') });
    expect(await run('lag', '--nonsense')).toMatchObject({ code: 2, out: '' });
  });

  it('names every exit status in its help', async () => {
    const { out } = await run('--help');
    for (const code of [0, 1, 2, 69, 70, 78]) expect(out).toMatch(new RegExp(`(^|\\s)${code}\\s`, 'm'));
  });

  it('lists all missing settings and exits 78', async () => {
    const { code, out, err } = await run('lag');
    expect([code, out]).toEqual([78, '']);
    for (const name of ['MONGODB_URI', 'KAFKA_BROKERS', 'KEYRING_FILE']) expect(err).toContain(name);
  });

  it('makes bad settings findings of the doctor, who then skips the rest', async () => {
    const { code, out } = await run('doctor', '--json');
    const { checks } = JSON.parse(out);
    const results = checks.map(({ check, result }: { check: string; result: string }) => `${check} ${result}`);
    expect(code).toBe(1);
    expect(results).toEqual([
      ...['settings wrong', 'settings wrong', 'settings wrong'],
      ...CHECK_NAMES.filter((name) => name !== 'settings').map((name) => `${name} skipped`),
    ]);
  });

  it('listen wants the key in the environment, where no list of processes shows it', async () => {
    const answer = await run('listen', '--forward-to', 'http://127.0.0.1:9/hooks');
    expect(answer).toMatchObject({ code: 1, out: '', err: expect.stringContaining('NOTIFYME_KEY') });
  });
});
