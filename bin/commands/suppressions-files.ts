import { readFile, writeFile } from 'node:fs/promises';
import type { BadRow, ReadRows } from '../../services/console/suppressions/rows.ts';
import { operator } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError, UsageError } from '../exit.ts';
import { columns } from '../io.ts';
import { engine, type Flags, toolsOf, untilOf, worded } from './suppressions-tools.ts';

/** Adds a list from a file; says of bad rows their line, and exits 1 when there are any. */
export async function bring(
  context: Context,
  file: string,
  { because, source, dryRun, json, ...end }: Flags,
): Promise<ExitCode> {
  const { importRows, countNew } = await engine();
  const { readRows } = await import('../../services/console/suppressions/rows.ts');
  const tools = await toolsOf(context);
  const csv = file === '-' ? await context.input('') : await fileText(file);
  const rest = { source, because, until: untilOf(context, end) };
  const read = await worded(async () => readRows(csv, rest, tools.rules, context.clock()));
  const added = dryRun
    ? await countNew(read.rows, tools)
    : await importRows(read.rows, { by: operator(context.env), because }, tools);
  if (json)
    context.out(
      `${JSON.stringify({ dryRun: dryRun ?? false, added, there: read.rows.length - added, bad: read.bad })}\n`,
    );
  else context.out(importText(read, added, dryRun ?? false));
  return read.bad.length > 0 ? EXIT.findings : EXIT.ok;
}

/** Writes the whole list to a file that its owner alone can read. */
export async function take(
  context: Context,
  { because, out, json }: { because: string; out: string; json?: boolean },
): Promise<ExitCode> {
  const { exportRows, exportLine, EXPORT_COLUMNS } = await engine();
  if (json && out === '-') throw new UsageError('--json needs a file: standard output can carry one thing only');
  const lines = [EXPORT_COLUMNS.join(',')];
  for await (const entry of exportRows({ by: operator(context.env), because }, await toolsOf(context)))
    lines.push(exportLine(entry));
  const csv = `${lines.join('\r\n')}\r\n`;
  if (out === '-') context.out(csv);
  else await writeFile(out, csv, { mode: 0o600 });
  if (json) context.out(`${JSON.stringify({ written: lines.length - 1 })}\n`);
  context.err(`${lines.length - 1} address(es) written\n`);
  return EXIT.ok;
}

const importText = ({ rows, bad }: ReadRows, added: number, dryRun: boolean): string =>
  columns([
    [dryRun ? 'would be added' : 'added', String(added)],
    ['on the list already', String(rows.length - added)],
    ['not readable', String(bad.length)],
    ...bad.slice(0, 20).map(({ line, code }: BadRow) => [`line ${line}`, code]),
    ...(bad.length > 20 ? [['', `and ${bad.length - 20} more; --json lists all`]] : []),
  ]);

async function fileText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new RefusedError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
