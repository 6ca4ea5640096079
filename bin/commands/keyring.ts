import { randomBytes } from 'node:crypto';
import { chownSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { CryptoError, keyFingerprint, parseKeyRing } from '../../services/shared/crypto/keyring.ts';
import { examples, jsonOption } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError } from '../exit.ts';
import { columns } from '../io.ts';
import type { Run } from '../run.ts';

type Options = { json?: boolean; dryRun?: boolean };
type RingFile = { current: string; keys: Record<string, string> };

/** `notifyme keyring`: keys of the key ring file by name and fingerprint; a new one, another current one. */
export function addKeyring(program: Command, run: Run): void {
  const ring = program
    .command('keyring')
    .description('keys of KEYRING_FILE: which there are, a new one, the current one');
  const dryRun = () => new Option('--dry-run', 'change nothing');
  ring
    .command('list')
    .description('name the keys and their fingerprints; keys are not printed')
    .addOption(jsonOption())
    .action(run(list));
  const add = ring
    .command('add')
    .description('add a fresh key to the file; `current` stays')
    .argument('<key id>', '1-16 of a-z, 0-9')
    .addOption(dryRun())
    .addOption(jsonOption())
    .action(
      run((context: Context, id: string, options: Options) => change(context, options, (file) => withKey(file, id))),
    );
  examples(add, 'notifyme keyring add k2');
  ring
    .command('use')
    .description('seal with another key of the file from now on')
    .argument('<key id>', 'a key that every process has read')
    .addOption(dryRun())
    .addOption(jsonOption())
    .action(
      run((context: Context, id: string, options: Options) =>
        change(context, options, (file) => withCurrent(file, id)),
      ),
    );
}

async function list(context: Context, { json }: Options): Promise<ExitCode> {
  return show(context, json, readFile(context.settings().KEYRING_FILE));
}

async function change(
  context: Context,
  { json, dryRun }: Options,
  next: (file: RingFile) => RingFile,
): Promise<ExitCode> {
  const path = context.settings().KEYRING_FILE;
  const changed = next(readFile(path));
  parseKeyRing(changed);
  if (!dryRun) write(path, changed);
  context.err(
    dryRun ? 'Nothing was changed.\n' : 'Written. Processes read it within two seconds of having the file.\n',
  );
  return show(context, json, changed);
}

function withKey(file: RingFile, id: string): RingFile {
  if (Object.hasOwn(file.keys, id)) throw new RefusedError(`the ring has a key ${id}; a key is never written over`);
  return { ...file, keys: { ...file.keys, [id]: randomBytes(32).toString('base64') } };
}

function withCurrent(file: RingFile, id: string): RingFile {
  if (!Object.hasOwn(file.keys, id))
    throw new RefusedError(`the ring has no key ${id}; it has ${Object.keys(file.keys)}`);
  return { ...file, current: id };
}

function readFile(path: string): RingFile {
  try {
    const file = JSON.parse(readFileSync(path, 'utf8')) as RingFile;
    parseKeyRing(file);
    return file;
  } catch (error) {
    if (error instanceof CryptoError) throw error;
    throw new CryptoError(
      'key_ring',
      `KEYRING_FILE cannot be read (${(error as { code?: string }).code ?? 'it is not JSON'})`,
    );
  }
}

/** Whole or not at all: a process that reads meanwhile sees the old file or the new one. */
function write(path: string, file: RingFile): void {
  const { mode, uid, gid } = statSync(path);
  const part = `${path}.part-${process.pid}`;
  writeFileSync(part, `${JSON.stringify(file, null, 2)}\n`, { mode: mode & 0o777 });
  if (process.getuid?.() === 0) chownSync(part, uid, gid);
  renameSync(part, path);
}

function show(context: Context, json: boolean | undefined, file: RingFile): ExitCode {
  const { current, keys } = parseKeyRing(file);
  const rows = Object.entries(keys).map(([id, key]) => ({
    id,
    current: id === current,
    fingerprint: keyFingerprint(key),
  }));
  if (json) context.out(`${JSON.stringify({ keys: rows })}\n`);
  else context.out(columns(rows.map((row) => [row.id, row.fingerprint, row.current ? 'current' : ''])));
  return EXIT.ok;
}
