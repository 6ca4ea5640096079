import { parseArgs } from 'node:util';
import { table } from 'table';
import { loadCatalogue } from '../services/shared/catalogue.ts';
import { faultLine } from './check/fault.ts';
import { checkTemplates, type Result } from './check/index.ts';

const HELP = `Checks every template of the catalogue and prints what each SMS costs.

Usage: npm run templates -- [--json] [--dir <folder>] [--catalogue <folder>] [--host <portal host>]

  --json               rows and faults as JSON
  --dir <folder>       templates (default: this folder)
  --catalogue <folder> catalogue files (default: contracts/catalog)
  --host <host>        host of the portal (default: notifyme.bh.example)

Exit status: 0 when there is no fault, 1 otherwise, one line a fault: file, what, how to mend it.
`;

/** Runs the check; returns the exit status. Rules: templates/README.md. */
export function main(args: string[], write: (text: string) => void): number {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      dir: { type: 'string', default: import.meta.dirname },
      catalogue: { type: 'string' },
      host: { type: 'string', default: 'notifyme.bh.example' },
    },
  });
  if (values.help) {
    write(HELP);
    return 0;
  }
  const portal = { name: { en: 'NotifyMe', ar: 'أبلغني' }, host: values.host };
  const result = checkTemplates(values.dir, loadCatalogue(values.catalogue), portal);
  write(values.json ? `${JSON.stringify(result, null, 2)}\n` : readable(result));
  return result.faults.length > 0 ? 1 : 0;
}

function readable({ rows, faults }: Result): string {
  const head = ['type', 'language', 'sent as', 'encoding', 'units', 'segments'];
  const cells = rows.map((row) => [row.type, row.language, row.sent, row.encoding, row.units, row.segments]);
  const costs =
    rows.length > 0
      ? table([head, ...cells], { drawHorizontalLine: (index, size) => [0, 1, size].includes(index) })
      : '';
  const found = faults.map((fault) => `${faultLine(fault)}\n`).join('');
  return `${costs}${found}${faults.length === 0 ? 'No fault.' : `${faults.length} fault(s).`}\n`;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2), (text) => process.stdout.write(text));
