import type { Command } from 'commander';
import { examples, jsonOption, languageOption } from '../arguments.ts';
import type { Run } from '../run.ts';

type Options = { json?: boolean; lang: 'en' | 'ar' };

/** `notifyme check`: offline, by the rules of ingest. */
export function addCheck(program: Command, run: Run): void {
  const command = program
    .command('check')
    .description('judge an event, or an array of events, offline by the rules of ingest')
    .argument('<file>', 'JSON file')
    .addOption(languageOption())
    .addOption(jsonOption())
    .action(
      run(async ({ out, err, clock }, file: string, { json = false, lang }: Options) => {
        const { runCheck } = await import('../../publisher/check.ts');
        return runCheck(file, { json, language: lang, out, err, now: clock() });
      }),
    );
  examples(
    command,
    'notifyme check contracts/examples/valid/health-result-ready.json\nnotifyme check --json event.json',
  );
}
