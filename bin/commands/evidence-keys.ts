import { EvidenceKeyError } from '../../services/console/evidence/errors.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';

export type KeyFlags = { file: string; json?: boolean; dryRun?: boolean };

/** The public halves, as the service gives them out. */
export async function printKeys(context: Context): Promise<ExitCode> {
  const { publicKeys } = await import('../../services/console/evidence/keys.ts');
  context.out(`${JSON.stringify(publicKeys(await signingKeys(context)))}\n`);
  return EXIT.ok;
}

/** Makes a key that signs from now on. */
export async function newKey({ out, err }: Context, { file, json, dryRun }: KeyFlags): Promise<ExitCode> {
  if (dryRun) {
    if (json) out(`${JSON.stringify({ file, dryRun: true })}\n`);
    err(`A fresh key would be the first of ${file}. Nothing was changed.\n`);
    return EXIT.ok;
  }
  const { addSigningKey } = await import('../../services/console/evidence/keys.ts');
  const { keys } = await addSigningKey(file);
  out(json ? `${JSON.stringify({ file, kid: keys[0].kid, keys: keys.length })}\n` : `${keys[0].kid}\n`);
  err(`${file} has ${keys.length} key(s); restart the console, then publish the new set.\n`);
  return EXIT.ok;
}

/** The keys of EVIDENCE_KEYS_FILE. Throws EvidenceKeyError. */
export async function signingKeys(context: Context) {
  const { loadSigningKeys } = await import('../../services/console/evidence/keys.ts');
  const { EVIDENCE_KEYS_FILE } = context.settings();
  if (!EVIDENCE_KEYS_FILE)
    throw new EvidenceKeyError('EVIDENCE_KEYS_FILE is not set; `notifyme evidence new-key` makes one');
  return loadSigningKeys(EVIDENCE_KEYS_FILE);
}
