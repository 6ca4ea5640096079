import type { Command } from 'commander';
import { ListenError, listen } from '../../services/webhooks/listen.ts';
import { examples, jsonOption } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError } from '../exit.ts';
import type { Run } from '../run.ts';

type Options = { forwardTo: string; url: string; cursor?: string; json?: boolean };

/** `notifyme listen`: an entity's outcomes, posted to a program on the developer's own machine as a webhook would be. */
export function addListen(program: Command, run: Run): void {
  const command = program
    .command('listen')
    .description("pull an entity's outcomes and post each to a local address, signed like a webhook; ends with Ctrl-C")
    .requiredOption('--forward-to <url>', 'address of the receiver')
    .option('--url <url>', "address of the entities' API", 'http://localhost:8080')
    .option('--cursor <cursor>', 'begin behind this place in the feed')
    .addOption(jsonOption())
    .action(run(forward));
  examples(command, 'NOTIFYME_KEY=... notifyme listen --forward-to http://localhost:3000/hooks');
}

/** The key comes from NOTIFYME_KEY, so that it stands in no list of processes. */
async function forward(context: Context, { forwardTo, url, cursor, json }: Options): Promise<ExitCode> {
  const key = context.env.NOTIFYME_KEY;
  if (!key) throw new RefusedError("NOTIFYME_KEY is not set: put the entity's key there");
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  try {
    const end = await listen({
      ...{ baseUrl: url, key, forwardTo, cursor, signal: stop.signal },
      onStart: ({ secret }) => context.err(`Give the receiver this secret: ${secret}\n`),
      onForward: (forwarded) =>
        context.out(json ? `${JSON.stringify(forwarded)}\n` : `${forwarded.id} ${forwarded.result}\n`),
    });
    context.err(`To go on from here: --cursor ${end.cursor ?? ''}\n`);
    return EXIT.ok;
  } catch (error) {
    if (error instanceof ListenError) throw new RefusedError(error.message);
    throw error;
  }
}
