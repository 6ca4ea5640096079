import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const usage = `npm run check

Format, lint, borders between services, types, templates, packages (licences, hashes, known faults, bill of materials),
unit and contract tests: all that needs no server.
`;

const ROOT = join(import.meta.dirname, '..');
const bin = (name: string) => join(ROOT, 'node_modules', '.bin', name);

const STEPS: [string, string, string[]][] = [
  ['format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  [
    'borders between services',
    bin('depcruise'),
    ['--config', '.dependency-cruiser.cjs', 'services', 'contracts', 'publisher', 'bin', 'deploy', 'tests'],
  ],
  ['types', bin('tsc'), []],
  ['templates', process.execPath, ['templates/check.ts']],
  ['packages', process.execPath, ['tests/packages/check.ts']],
  ['unit and contract tests', process.execPath, ['tests/run.ts', 'unit', 'contract']],
];

if (process.argv.includes('--help')) process.stdout.write(usage);
else process.exit(checkAll());

/** Runs every step, also after one failed, so that all faults are seen at once. */
function checkAll(): number {
  const failed = STEPS.filter(([name, command, args]) => {
    const startedAt = Date.now();
    const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
    process.stderr.write(
      `check: ${name}: ${status === 0 ? 'ok' : 'FAILED'} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)\n`,
    );
    return status !== 0;
  });
  if (failed.length > 0) process.stderr.write(`check: failed: ${failed.map(([name]) => name).join(', ')}\n`);
  return failed.length > 0 ? 1 : 0;
}
