import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { localServersFault, startServers } from '../deploy/local/servers/index.ts';
import { findChromium } from './support/chromium.ts';

const usage = `npm test [-- PROJECT... [-- JEST OPTIONS]]

Projects: unit contract integration e2e guarded browser (all of them when none is named); docker, which wants a Docker
engine; and faults, which plants faults for the checker of npm run faults to find (4 minutes). Servers that a project needs
are started before it and stopped after it; guarded and faults start their own, as local processes.
`;

const ROOT = join(import.meta.dirname, '..');
const ALL = ['unit', 'contract', 'integration', 'e2e', 'guarded', 'browser'];
const NEEDS_SERVERS = new Set(['integration', 'e2e', 'browser']);
/** Real servers answer late on a busy machine: tests and hooks that say nothing of their own get a minute. */
const HEAVY = new Set(['integration', 'e2e', 'guarded', 'browser', 'docker', 'faults']);
/** One file after the other: each has servers of its own. */
const IN_BAND = new Set(['guarded', 'docker', 'faults']);
const BY_NAME = ['docker', 'faults'];

type Count = { passed: number; failed: number; skipped: number; failures: string[] };

const separator = process.argv.indexOf('--');
const named = process.argv.slice(2, separator < 0 ? undefined : separator);
const jestOptions = separator < 0 ? [] : process.argv.slice(separator + 1);

if (named.includes('--help')) process.stdout.write(usage);
else process.exit(await runAll(named.length > 0 ? named : possible(ALL)).catch(explain));

/** Without tools for local servers there is nothing to guard; said aloud, since fewer tests run then. */
function possible(projects: string[]): string[] {
  const fault = localServersFault(process.env);
  if (fault === null) return projects;
  process.stdout.write(`guarded is left out: ${fault}\n`);
  return projects.filter((project) => project !== 'guarded');
}

/** Runs the projects in order, prints one closing line, and gives the exit code. */
async function runAll(projects: string[]): Promise<number> {
  const unknown = projects.filter((project) => ![...ALL, ...BY_NAME].includes(project));
  if (unknown.length > 0) throw new Error(`There is no test project ${unknown.join(', ')}.\n${usage}`);
  const env: NodeJS.ProcessEnv = { ...process.env };
  if (projects.includes('browser')) env.CHROMIUM = await findChromium();
  const servers = projects.some((project) => NEEDS_SERVERS.has(project)) ? await startServers() : null;
  try {
    if (servers) Object.assign(env, { KAFKA_BROKERS: servers.kafkaBrokers, MONGODB_URI: servers.mongodbUri });
    const counts: Count[] = [];
    for (const project of projects) counts.push(await runProject(project, env));
    for (const failure of counts.flatMap(({ failures }) => failures)) process.stdout.write(`failed: ${failure}\n`);
    const total = (name: 'passed' | 'failed' | 'skipped') => counts.reduce((sum, count) => sum + count[name], 0);
    process.stdout.write(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped\n`);
    return total('failed') > 0 || total('passed') === 0 ? 1 : 0;
  } finally {
    await servers?.stop();
  }
}

async function runProject(project: string, env: NodeJS.ProcessEnv): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'notifyme-tests-'));
  const outputFile = join(folder, 'result.json');
  try {
    const args = [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=TimeoutNegativeWarning',
      join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...['--selectProjects', project, '--json', '--outputFile', outputFile, '--testLocationInResults', '--forceExit'],
      ...(IN_BAND.has(project) ? ['--runInBand'] : ['--maxWorkers', '2']),
      ...(HEAVY.has(project) ? ['--testTimeout', '60000'] : []),
      ...jestOptions,
    ];
    const code = await exitCode(args, env);
    return countOf(outputFile, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that does not even load, or a jest that dies, is a failure like any other. */
function countOf(outputFile: string, code: number): Count {
  try {
    const result = JSON.parse(readFileSync(outputFile, 'utf8'));
    const broken = result.numRuntimeErrorTestSuites as number;
    const failed = (result.numFailedTests as number) + broken;
    return {
      passed: result.numPassedTests,
      failed: failed === 0 && code !== 0 ? 1 : failed,
      skipped: result.numPendingTests + result.numTodoTests,
      failures: failuresOf(result),
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: ['jest itself did not end as it should'] };
  }
}

type JestResult = {
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
};

/** Which tests failed, for the end of a long log; a file that did not load counts as one. */
function failuresOf({ testResults }: JestResult): string[] {
  return testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(ROOT, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0 && status === 'failed') return [`${file}: it did not run`];
    return failed.map(({ fullName }) => `${file}: ${fullName}`);
  });
}

function exitCode(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    // --json sends jest's result to stdout too; its readable report is on stderr.
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'] });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function explain(error: unknown): number {
  process.stderr.write(`${(error as Error).message}\n`);
  process.stdout.write('0 passed, 1 failed, 0 skipped\n');
  return 1;
}
