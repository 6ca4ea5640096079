import { Command } from 'commander';
import { addAudiences } from './commands/audiences.ts';
import { addAudit } from './commands/audit.ts';
import { addCheck } from './commands/check.ts';
import { addCompletion } from './commands/completion.ts';
import { addControls } from './commands/controls.ts';
import { addDeadLetters } from './commands/dead-letters.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEntities } from './commands/entities/index.ts';
import { addEvidence } from './commands/evidence.ts';
import { addExplain } from './commands/explain.ts';
import { addKafkaAccess } from './commands/kafka-access.ts';
import { addKeyring } from './commands/keyring.ts';
import { addKeys } from './commands/keys.ts';
import { addLag } from './commands/lag.ts';
import { addListen } from './commands/listen.ts';
import { addReplay } from './commands/replay.ts';
import { addSearch } from './commands/search.ts';
import { addSuppressions } from './commands/suppressions.ts';
import { addUnknown } from './commands/unknown.ts';
import { createContext } from './context.ts';
import { EXIT, type ExitCode, judgeError } from './exit.ts';
import type { Io } from './io.ts';
import type { Run } from './run.ts';

const ABOUT = `The operators' and entities' command of NotifyMe. Settings come from the environment (docs/settings.md).
Results go to standard output, talk to standard error; --json prints one JSON document and nothing else.`;

const AFTER = `
Exit status:
  0   done, nothing wrong       69  broker or database does not answer
  1   findings, or refused      70  a fault of this command
  2   typed wrongly             78  settings are missing or wrong

Examples:
  notifyme check event.json
  notifyme replay --channel sms --reason provider_unavailable --since 2h
  notifyme pause --channel sms --codes send --because "gateway is down" --dry-run
  notifyme search --status failed --since 2h
  notifyme explain n_0123456789abcdef0123456789abcdef --lang ar
  notifyme doctor --only broker,database
  source <(notifyme completion bash)
`;

/** Runs one command line; resolves to the exit status. Only a command that is asked to (`--stdin`) reads its input. */
export async function main(argv: string[], io: Io): Promise<ExitCode> {
  const context = createContext(io);
  let code: ExitCode = EXIT.ok;
  const run: Run =
    (work) =>
    async (...args) => {
      code = await work(context, ...args);
    };
  try {
    await buildProgram(run, io).parseAsync(argv, { from: 'user' });
  } catch (error) {
    const judged = await judgeError(error);
    if (judged.message) io.err(`notifyme: ${judged.message}\n`);
    code = judged.code;
  } finally {
    await context.close().catch(() => {});
  }
  return code;
}

/** The tree of commands; completion is made from it. */
export function buildProgram(run: Run, io: Pick<Io, 'out' | 'err'>): Command {
  const program = new Command('notifyme')
    .description(ABOUT)
    .addHelpText('after', AFTER)
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .exitOverride()
    // `replay` and `replay start` both take --json: what stands behind a subcommand is the subcommand's.
    .enablePositionalOptions()
    .showSuggestionAfterError();
  const adders = [
    addCheck,
    addSearch,
    addReplay,
    addControls,
    addSuppressions,
    addUnknown,
    addAudiences,
    addExplain,
    addEvidence,
    addDeadLetters,
    addEntities,
    addKeyring,
    addKeys,
    addKafkaAccess,
    addAudit,
    addLag,
    addDoctor,
    addListen,
  ];
  for (const add of adders) add(program, run);
  addCompletion(program, run);
  return program;
}
