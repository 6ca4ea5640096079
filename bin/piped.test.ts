import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { EXIT } from './exit.ts';
import { buildProgram, main } from './program.ts';
import type { Run } from './run.ts';

const HEX = '0123456789abcdef0123456789abcdef';
/** What an argument or option takes, by its name; one that is not here gets a word. */
const SAMPLES: Record<string, string> = {
  ...{ '<notification id>': `n_${HEX}`, '<id>': `d_${HEX}`, '<job>': `j_${HEX}`, '<shell>': 'bash' },
  ...{ '--because': 'asked by the entity', '--entity': 'sijilat', '--out': '/nowhere/out', '--file': '/nowhere/file' },
  ...{ '--keys': '/nowhere/keys', '--provider': 'sns', '--forward-to': 'http://127.0.0.1:9/hooks' },
};
/** Nothing of these is lost when they run by mistake: they read, or print, or stand for ever. */
const WITHOUT_DRY_RUN = [
  ...['audiences list', 'audit verify', 'check', 'completion', 'controls', 'dead-letters list', 'dead-letters show'],
  ...['doctor', 'entities diff', 'entities list', 'entities preview', 'entities show', 'evidence keys'],
  ...['evidence open', 'evidence verify', 'explain', 'kafka-access', 'keyring list', 'keys list', 'lag', 'listen'],
  ...['replay not-sent', 'replay status', 'search', 'suppressions export', 'suppressions list', 'suppressions look-up'],
  'unknown list',
];

const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
const pathOf = (command: Command): string[] => (command.parent ? [...pathOf(command.parent), command.name()] : []);
const program = buildProgram((() => async () => {}) as Run, { out: () => {}, err: () => {} });
const all = leaves(program).map((command) => [pathOf(command).join(' '), command] as const);

/** A command line that has all that must be given. */
function lineOf(command: Command): string[] {
  const words = command.registeredArguments
    .filter(({ required }) => required)
    .map((one) => SAMPLES[`<${one.name()}>`] ?? 'word');
  const flags = command.options
    .filter(({ mandatory }) => mandatory)
    .flatMap(({ long }) => [long!, SAMPLES[long!] ?? 'word']);
  const json = command.options.some(({ long }) => long === '--json') ? ['--json'] : [];
  return [...pathOf(command), ...words, ...flags, ...json];
}

async function run(args: string[], env: Record<string, string>) {
  const said = { out: '', err: '' };
  const code = await main(args, {
    ...{ env, watched: false, clock: () => new Date(), input: async () => '' },
    paint: (_, text) => text,
    out(text) {
      said.out += text;
    },
    err(text) {
      said.err += text;
    },
  });
  return { code, ...said };
}

describe.each(all)('%s', (path, command) => {
  it.each([
    ['no settings', {}],
    ['a wrong setting', { TOPIC_PREFIX: 'UPPER', KAFKA_BROKERS: '127.0.0.1:1', MONGODB_URI: 'mongodb://127.0.0.1:1' }],
  ])(
    'with %s, piped and without a terminal: a documented status, one JSON document or nothing, and words beside it',
    async (_, env) => {
      const { code, out, err } = await run(lineOf(command), env);
      expect(code).not.toBe(EXIT.fault);
      expect(Object.values(EXIT)).toContain(code);
      expect(err).not.toMatch(/\n\s+at |Error:/);
      if (code !== EXIT.ok) expect(out + err).toMatch(/\S/);
      if (path !== 'completion') expect([() => out, () => JSON.parse(out)][out === '' ? 0 : 1]!()).toBeDefined();
    },
  );

  it('says how it is used', async () => {
    const { code, out, err } = await run([...pathOf(command), '--help'], {});
    expect([code, err]).toEqual([EXIT.ok, '']);
    expect(out).toContain(`Usage: notifyme ${path.replace(/ (start|export)$/, '')}`);
  });
});

it('everything that changes something can be tried without changing it', () => {
  const without = all.filter(([, { options }]) => !options.some(({ long }) => long === '--dry-run'));
  expect(without.map(([path]) => path).sort()).toEqual(WITHOUT_DRY_RUN.toSorted());
});
