import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { badLicences, type Lock, shipped, unpinned } from './licences.ts';

const usage = `npm run packages

Checks what comes from the package registry: every licence, every hash in the lock file, and known faults where the
registry answers such questions. Writes the bill of materials (CycloneDX) to dist/sbom.cdx.json.
`;

const ROOT = join(import.meta.dirname, '..', '..');
const SBOM = join(ROOT, 'dist', 'sbom.cdx.json');
const lock: Lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));

if (process.argv.includes('--help')) process.stdout.write(usage);
else process.exit(checkPackages() ? 0 : 1);

function checkPackages(): boolean {
  const faults = [
    ...badLicences(lock).map((one) => `licence not allowed: ${one}`),
    ...unpinned(lock).map((one) => `no hash in package-lock.json: ${one}`),
    ...billOfMaterials(),
    ...knownFaults(),
  ];
  for (const fault of faults) process.stderr.write(`packages: ${fault}\n`);
  if (faults.length === 0) process.stdout.write(`packages: ${shipped(lock).length} shipped, all in order\n`);
  return faults.length === 0;
}

/** CycloneDX by npm itself, tools of development marked as such: `--omit dev` also leaves out what is shipped (npm 11). */
function billOfMaterials(): string[] {
  const { stdout, stderr, status } = npm('sbom', '--sbom-format', 'cyclonedx', '--package-lock-only');
  if (status !== 0) return [`npm sbom failed: ${stderr.trim()}`];
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  writeFileSync(SBOM, stdout);
  const named = new Set(
    (JSON.parse(stdout).components as { name: string; version: string }[]).map((one) => `${one.name}@${one.version}`),
  );
  return shipped(lock)
    .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`)
    .filter((id) => !named.has(id))
    .map((id) => `not in the bill of materials: ${id}`);
}

/** Known faults by `npm audit`. Some registries do not answer it: that is said, and is no fault of ours. */
function knownFaults(): string[] {
  const { stdout } = npm('audit', '--omit=dev', '--json');
  const report = parse(stdout);
  if (!report?.vulnerabilities) {
    process.stderr.write('packages: known faults NOT checked: this registry does not answer npm audit\n');
    return [];
  }
  return Object.values(report.vulnerabilities)
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ name, severity }) => `known fault (${severity}): ${name}, see npm audit`);
}

type AuditReport = { vulnerabilities?: Record<string, { name: string; severity: string }> };

function parse(text: string): AuditReport | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function npm(...args: string[]) {
  return spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
