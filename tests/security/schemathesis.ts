import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPlatform } from '../../deploy/local/platform.ts';
import { startServers } from '../../deploy/local/servers/index.ts';
import { createKeyStore } from '../../services/shared/keys.ts';
import { invent } from '../../services/shared/subject/invented.ts';

const usage = `node tests/security/schemathesis.ts [--seconds N] [--only entity|person|open] [--seed N] [-- SCHEMATHESIS OPTIONS]

Schemathesis (from PyPI, into a folder of its own) against contracts/openapi.yaml and a running platform: every route as an
entity with a test key, as a person, and as nobody. Exits 1 when it finds something. N seconds for each of the three (60).
`;

const VERSION = '4.32.5';
const ROOT = join(import.meta.dirname, '..', '..');
const CONTRACT = join(ROOT, 'contracts', 'openapi.yaml');
/** What a phase looks at, by the beginnings of its paths. */
const PATHS = {
  entity: '^/v1/(events|notifications|outcomes|audiences|webhooks)',
  person: '^/v1/(me|check)',
  open: '^/(v1/unsubscribe|callbacks|open-data|problems|livez|readyz|metrics)',
} as const;
/**
 * Not asked: that all which follows the schema is accepted (an event must also fit its type, a number have its check
 * digit), and 405 for a method that a path does not know (it is 404 here).
 */
const WITHOUT = 'positive_data_acceptance,unsupported_method,allow_header_conformance';
/** The outcome feed waits up to 30 s for news when it is asked to. */
const TIMEOUT_SECONDS = '40';
type Who = keyof typeof PATHS;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean' },
  },
});

if (values.help) process.stdout.write(usage);
else process.exit(await run());

async function run(): Promise<number> {
  // Before anything runs that must not be kept waiting.
  const program = install();
  const folder = mkdtempSync(join(tmpdir(), 'nm-schemathesis-'));
  const servers = await startServers();
  const platform = await startPlatform({
    ...servers,
    stateDir: folder,
    env: { TOPIC_PREFIX: 'st', MONGODB_DB: `st-${process.pid}` },
  });
  try {
    const { runtime, url } = platform.host;
    const { key } = await createKeyStore(runtime).createKey({ entity: 'benayat', kind: 'test' });
    const token = await platform.issuer.mint({ subject: invent('cpr', 7) });
    const authority = { entity: `Bearer ${key}`, person: `Bearer ${token}`, open: null };
    const found: Who[] = [];
    for (const who of (values.only ? [values.only] : Object.keys(PATHS)) as Who[]) {
      const code = await schemathesis(program, [
        ...['run', CONTRACT, '--url', url, '--include-path-regex', PATHS[who], '--max-time', values.seconds],
        ...[
          '--seed',
          values.seed,
          '--checks',
          'all',
          '--exclude-checks',
          WITHOUT,
          '--request-timeout',
          TIMEOUT_SECONDS,
          '--no-color',
          '--continue-on-failure',
        ],
        ...(authority[who] ? ['--header', `Authorization:${authority[who]}`] : []),
        ...positionals,
      ]);
      if (code !== 0) found.push(who);
    }
    process.stdout.write(`schemathesis: ${found.length === 0 ? 'nothing found' : `findings as ${found.join(', ')}`}\n`);
    return found.length === 0 ? 0 : 1;
  } finally {
    await platform.stop();
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The program, installed at the first run into a folder that later runs find again. */
function install(): string {
  const folder = join(tmpdir(), `notifyme-schemathesis-${VERSION}`);
  const program = join(folder, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  for (const [command, ...args] of [
    ['python3', '-m', 'venv', folder],
    [join(folder, 'bin', 'pip'), 'install', '--quiet', `schemathesis==${VERSION}`],
  ] as [string, ...string[]][])
    if (spawnSync(command, args, { stdio: 'inherit' }).status !== 0)
      throw new Error('Schemathesis could not be installed.');
  return program;
}

function schemathesis(program: string, args: string[]): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', cwd: tmpdir() });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
