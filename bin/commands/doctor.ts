import { type Command, InvalidArgumentError, Option } from 'commander';
import { examples, jsonOption } from '../arguments.ts';
import type { Context } from '../context.ts';
import type { Report } from '../doctor/index.ts';
import { CHECK_NAMES, type CheckName } from '../doctor/names.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import type { Run } from '../run.ts';

type Options = { only?: CheckName[]; json?: boolean };

/** `notifyme doctor`: looks at everything, changes nothing. */
export function addDoctor(program: Command, run: Run): void {
  const command = program
    .command('doctor')
    .description(`look for what is wrong and say how to mend it; changes nothing. Checks: ${CHECK_NAMES.join(', ')}`)
    .addOption(new Option('--only <checks>', 'these checks, separated by commas').argParser(checkNames))
    .addOption(jsonOption())
    .action(run(doctor));
  examples(command, 'notifyme doctor\nnotifyme doctor --only broker,topics,groups --json');
}

async function doctor(context: Context, { only = [], json }: Options): Promise<ExitCode> {
  const { examine } = await import('../doctor/index.ts');
  const reports: Report[] = [];
  await examine(context, only, (report) => {
    reports.push(report);
    if (!json) context.out(lineOf(report, context.paint));
  });
  const findings = reports.filter(({ finding }) => 'ok' in finding && !finding.ok).length;
  if (json) context.out(`${JSON.stringify({ ok: findings === 0, findings, checks: reports.map(flat) })}\n`);
  context.err(findings === 0 ? 'nothing wrong\n' : `${findings} finding(s)\n`);
  return findings === 0 ? EXIT.ok : EXIT.findings;
}

function lineOf({ check, finding }: Report, paint: Io['paint']): string {
  const name = check.padEnd(12);
  if ('skipped' in finding) return `${paint('yellow', 'skip ')} ${name}  ${finding.skipped}\n`;
  if (finding.ok) return `${paint('green', 'ok   ')} ${name}  ${finding.what}\n`;
  return `${paint('red', 'wrong')} ${name}  ${finding.what.replace(/\.$/, '')}. Fix: ${finding.fix}\n`;
}

function flat({ check, finding }: Report) {
  if ('skipped' in finding) return { check, result: 'skipped', what: finding.skipped };
  if (finding.ok) return { check, result: 'ok', what: finding.what };
  return { check, result: 'wrong', what: finding.what, fix: finding.fix };
}

function checkNames(text: string): CheckName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !(CHECK_NAMES as readonly string[]).includes(name));
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no check ${unknown.join(', ')}.`);
  return names as CheckName[];
}
