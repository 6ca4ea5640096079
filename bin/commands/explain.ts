import { type Command, InvalidArgumentError } from 'commander';
import { explain, type Line, momentIn } from '../../services/console/explain.ts';
import { ERASED_SUBSCRIBER } from '../../services/shared/erased.ts';
import type { Notification } from '../../services/shared/ledger/types.ts';
import { examples, jsonOption, languageOption, operator } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError } from '../exit.ts';
import { columns } from '../io.ts';
import type { Run } from '../run.ts';

type Options = { lang: 'ar' | 'en'; json?: boolean };

/** `notifyme explain`: what happened to a notice, and why, in plain words. */
export function addExplain(program: Command, run: Run): void {
  const command = program
    .command('explain')
    .description(
      'tell what happened to a notice, or to one delivery of it, and why; names no address and no content, and the person can see that you looked',
    )
    .argument('<id>', 'notification id (n_...) or delivery id (d_...)', checkId)
    .addOption(languageOption())
    .addOption(jsonOption())
    .action(run(explainOne));
  examples(command, 'notifyme explain n_0123456789abcdef0123456789abcdef --lang ar');
}

async function explainOne(context: Context, id: string, { lang, json }: Options): Promise<ExitCode> {
  const { loadStory } = await import('../../services/console/story/load.ts');
  const story = await loadStory(await context.ledger(), id, { only: true });
  if (!story) throw new RefusedError(`nothing is known of ${id}`);
  const { notification } = story;
  await tellPerson(context, notification);
  const entry = (await context.catalogue()).type(notification.type);
  const lines = explain(story, { entity: entry?.entity.title, type: entry?.type.title });
  if (json) {
    const { _id, entity, type, status, reason } = notification;
    context.out(`${JSON.stringify({ id: _id, entity, type, status, reason, lines })}\n`);
  } else context.out(columns(lines.map((line) => rowOf(line, lang))));
  return EXIT.ok;
}

/** The person can see in their record that somebody looked: written before anything is shown. */
async function tellPerson(context: Context, { subscriberId }: Notification): Promise<void> {
  if (subscriberId === ERASED_SUBSCRIBER) return;
  const { noteNotices } = await import('../../services/console/look.ts');
  const deps = { ledger: await context.ledger(), sealer: context.sealer(), clock: context.clock };
  await noteNotices(subscriberId, { by: operator(context.env), because: null }, deps);
}

const rowOf = ({ at, text }: Line, lang: 'ar' | 'en'): string[] => [momentIn(lang, at), text[lang]];

function checkId(text: string): string {
  if (!/^[nd]_[0-9a-f]{32}$/.test(text)) throw new InvalidArgumentError('An id is n_ or d_ and 32 hex digits.');
  return text;
}
