import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { becauseOption, examples, jsonOption, operator } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError } from '../exit.ts';
import { columns } from '../io.ts';
import type { Run } from '../run.ts';
import { newKey, printKeys, signingKeys } from './evidence-keys.ts';
import { verifyFile } from './evidence-verify.ts';

type ExportFlags = { out: string; because: string; json?: boolean; dryRun?: boolean };

/** `notifyme evidence`: signed proof of what happened to a notice, which others can verify without us. */
export function addEvidence(program: Command, run: Run): void {
  const evidence = program
    .command('evidence')
    .description('signed evidence of one notice, which a third party verifies with the public key alone');
  const make = evidence
    .command('export', { isDefault: true })
    .description(
      'write the evidence of a notice: a signature (JSON), and beside it a page to read (.html) that holds it',
    )
    .argument('<notification id>', 'n_...', noticeId)
    .requiredOption('--out <file>', 'where the JSON goes; the page goes to <file>.html')
    .addOption(becauseOption().makeOptionMandatory())
    .option('--dry-run', 'sign and write nothing')
    .addOption(jsonOption())
    .action(run(writeEvidence));
  examples(
    make,
    'notifyme evidence n_0123456789abcdef0123456789abcdef --out case-4711.json --because "asked by the court, case 4711"',
  );
  const verify = evidence
    .command('verify')
    .description('verify evidence, JSON or page; needs neither settings nor a database; exits 1 when it was changed')
    .argument('<file>')
    .requiredOption('--keys <file>', 'public keys: a copy of /.well-known/notifyme-keys.json')
    .option('--openings <file>', 'what `evidence open` printed; with --stdin tells which commitments a value fits')
    .option('--stdin', 'read a number (cpr:...) or address, as it is stored, from standard input')
    .addOption(jsonOption())
    .action(run(verifyFile));
  examples(verify, 'notifyme evidence verify case-4711.json.html --keys notifyme-keys.json');
  evidence
    .command('open')
    .description('print what opens the commitments of a notice, for whoever may check a number or address against them')
    .argument('<notification id>', 'n_...', noticeId)
    .addOption(becauseOption().makeOptionMandatory())
    .addOption(jsonOption())
    .action(run(printOpenings));
  evidence
    .command('keys')
    .description('print the public keys of EVIDENCE_KEYS_FILE')
    .addOption(jsonOption())
    .action(run(printKeys));
  evidence
    .command('new-key')
    .description('add a fresh signing key to a file, in front of the others; what they signed can still be verified')
    .requiredOption('--file <file>', 'made when it is not there, readable by its owner only')
    .option('--dry-run', 'change nothing')
    .addOption(jsonOption())
    .action(run(newKey));
}

async function writeEvidence(context: Context, id: string, flags: ExportFlags): Promise<ExitCode> {
  const { out, because, json, dryRun } = flags;
  const keys = await signingKeys(context);
  const page = `${out}.html`;
  const told = { notice: id, files: [out, page], kid: keys.keys[0].kid };
  if (dryRun) {
    if (json) context.out(`${JSON.stringify({ ...told, dryRun: true })}\n`);
    context.err(`${out} and ${page} would be written. Nothing was changed.\n`);
    return EXIT.ok;
  }
  const { exportEvidence } = await import('../../services/console/evidence/export.ts');
  const bundle = await exportEvidence(id, { by: operator(context.env), because }, { ...(await depsOf(context)), keys });
  if (!bundle) throw new RefusedError(`there is no notice ${id}`);
  await Promise.all([put(out, bundle.json), put(page, bundle.html)]);
  const record = bundle.payload.audit.record._id;
  if (json) context.out(`${JSON.stringify({ ...told, record })}\n`);
  else context.out(columns([[out], [page]]));
  context.err(`Signed by ${told.kid}; the export is record ${record} of the audit trail.\n`);
  return EXIT.ok;
}

async function printOpenings(context: Context, id: string, { because }: ExportFlags): Promise<ExitCode> {
  const { openEvidence } = await import('../../services/console/evidence/export.ts');
  const openings = await openEvidence(id, { by: operator(context.env), because }, await depsOf(context));
  if (!openings) throw new RefusedError(`there is no notice ${id}`);
  context.out(`${JSON.stringify({ notice: id, openings })}\n`);
  context.err('Give them only to who may check the person or the address.\n');
  return EXIT.ok;
}

const depsOf = async (context: Context) => ({
  ...{ ledger: await context.ledger(), catalogue: await context.catalogue(), ring: context.ring() },
  ...{ sealer: context.sealer(), clock: context.clock, issuer: context.settings().PUBLIC_URL },
});

async function put(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600 });
  } catch (error) {
    throw new RefusedError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

function noticeId(text: string): string {
  if (!/^n_[0-9a-f]{32}$/.test(text)) throw new InvalidArgumentError('A notification id is n_ and 32 hex digits.');
  return text;
}
