import { readFile } from 'node:fs/promises';
import { commit } from '../../services/console/evidence/commitment.ts';
import type { EvidenceFault } from '../../services/console/evidence/verify.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, UsageError } from '../exit.ts';

export type VerifyFlags = { keys: string; openings?: string; stdin?: boolean; json?: boolean };

const FAULT: Record<EvidenceFault, string> = {
  form: 'is no evidence, or was changed',
  key: 'was signed by a key that is not among those given',
  signature: 'was changed after it was signed, or was never signed by this key',
  page: 'was changed: the readable page is not the one that was signed',
  record: 'does not fit its audit record',
};

/** Says whether a file is as it was signed; with openings also what a value from standard input fits. */
export async function verifyFile(context: Context, file: string, flags: VerifyFlags): Promise<ExitCode> {
  const { keys, openings, stdin, json } = flags;
  if (stdin && !openings) throw new UsageError('--stdin needs --openings: a commitment does not open without');
  const { verifyBundle } = await import('../../services/console/evidence/verify.ts');
  const verdict = await verifyBundle(await take(file), publicSet(await take(keys), keys));
  if (!verdict.ok) {
    if (json) context.out(`${JSON.stringify({ ok: false, fault: verdict.fault })}\n`);
    else context.out(`${file} ${FAULT[verdict.fault]}\n`);
    return EXIT.findings;
  }
  const { statement, audit } = verdict.payload;
  const fits = stdin ? await fitting(context, statement.commitments, await take(openings!)) : undefined;
  const { id, outcome } = statement.notice;
  const told = { ok: true, kid: verdict.kid, notice: id, issuer: statement.issuer, issuedAt: statement.issuedAt };
  if (json) context.out(`${JSON.stringify({ ...told, outcome: outcome.status, record: audit.record._id, fits })}\n`);
  else {
    context.out(`${file} is as it was signed on ${statement.issuedAt} by ${statement.issuer}\n`);
    context.out(`${id}: ${outcome.text.en} Record ${audit.record._id} of the audit trail: ${audit.record.hash}\n`);
    if (fits) context.out(`The value fits: ${fits.join(', ') || 'nothing'}\n`);
  }
  return fits?.length === 0 ? EXIT.findings : EXIT.ok;
}

/** What of a statement a value is committed in. */
async function fitting(context: Context, commitments: Record<string, string>, text: string): Promise<string[]> {
  const openings = JSON.parse(text).openings as Record<string, string>;
  const value = (await context.input('Number or address: ')).trim();
  return Object.entries(commitments).flatMap(([what, commitment]) =>
    openings[what] && commit(value, openings[what]) === commitment ? [what] : [],
  );
}

function publicSet(text: string, file: string) {
  try {
    const set = JSON.parse(text);
    if (Array.isArray(set.keys)) return set;
  } catch {
    // Said below, as of any other file that is no key set.
  }
  throw new UsageError(`${file} is no JWK Set`);
}

async function take(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
