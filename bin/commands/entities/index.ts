import { type Command, InvalidArgumentError, Option } from 'commander';
import { CHANNELS, LANES, LANGUAGES, type Lane } from '../../../contracts/status.ts';
import { becauseOption, examples, jsonOption, wholeNumber } from '../../arguments.ts';
import type { Run } from '../../run.ts';

// What a command does is loaded when it is asked for: rendering and checking templates need heavy libraries.
const looking = () => import('./look.ts');
const changing = () => import('./change.ts');

/** `notifyme entities`: who may publish what, with which templates. */
export function addEntities(program: Command, run: Run): void {
  const entities = program
    .command('entities')
    .description('list, register, grant, suspend and publish entities, and preview what they send');
  addLooking(entities, run);
  addPublishing(entities, run);
  addRights(entities, run);
}

function addLooking(entities: Command, run: Run): void {
  entities
    .command('list')
    .description('list all entities')
    .addOption(jsonOption())
    .action(run(async (context, options) => (await looking()).list(context, options)));
  entities
    .command('show')
    .description('rights, state, types, versions and keys of an entity')
    .argument('<entity>')
    .addOption(jsonOption())
    .action(run(async (context, entity, options) => (await looking()).show(context, entity, options)));
  const preview = entities
    .command('preview')
    .description('every message that an event type makes of its sample, with marks of direction shown as [LRI]')
    .argument('<event type>')
    .addOption(new Option('--lang <language>', 'one language only').choices(LANGUAGES))
    .addOption(new Option('--channel <channel>', 'one channel only').choices([...CHANNELS, 'inbox']))
    .addOption(versionOption('a stored version in place of what is in force'))
    .addOption(new Option('--folder <folder>', 'a package on this disk, before it is published'))
    .addOption(jsonOption())
    .action(run(async (context, type, options) => (await looking()).preview(context, type, options)));
  examples(preview, 'notifyme entities preview bh.gov.moic.sijilat.licence.renewed.v1 --lang ar --channel sms');
  const diff = entities
    .command('diff')
    .description('what is different between two versions of an entity')
    .argument('<entity>')
    .addOption(new Option('--from <version>', 'a number, or "files" for the deployed ones (default: what is in force)'))
    .addOption(new Option('--to <version>', 'a number, or "files" (default: the newest version)'))
    .addOption(jsonOption())
    .action(run(async (context, entity, options) => (await looking()).diff(context, entity, options)));
  examples(diff, 'notifyme entities diff sijilat --from files --to 2');
}

function addPublishing(entities: Command, run: Run): void {
  const register = changingCommand(entities, 'register')
    .description('register a new entity: topics, access rules, first version; it begins in test')
    .argument('<folder>', 'holds catalogue.json and templates/')
    .action(run(async (context, folder, options) => (await changing()).register(context, folder, options)));
  examples(
    register,
    'notifyme entities register ./harbour --dry-run --because "agreed with the harbour"\n' +
      'notifyme entities register ./harbour --because "agreed with the harbour"',
  );
  const publish = changingCommand(entities, 'publish')
    .description('put a version of catalogue and templates in force, without a restart')
    .argument('<entity>')
    .argument('[folder]', 'makes a new version')
    .addOption(versionOption('a stored version'))
    .option('--files', 'what was deployed with the platform')
    .action(
      run(async (context, entity, folder, options) => (await changing()).publish(context, entity, folder, options)),
    );
  examples(
    publish,
    'notifyme entities publish sijilat ./sijilat --because "new words of the renewal"\n' +
      'notifyme entities publish sijilat --version 3 --because "back to the words before"',
  );
}

function addRights(entities: Command, run: Run): void {
  const yesNo = (flag: string, about: string) => new Option(`--${flag} <answer>`, about).choices(['yes', 'no']);
  const grant = changingCommand(entities, 'grant')
    .description('grant or take rights; what is not named stays')
    .argument('<entity>')
    .addOption(yesNo('mandatory', 'notices that nobody can switch off'))
    .addOption(yesNo('audience', 'notices to an audience'))
    .addOption(new Option('--lanes <lanes>', 'such as normal,bulk').argParser(lanesOf))
    .addOption(
      new Option('--quota <events>', 'events a minute over HTTP, for each process; "none" for no limit').argParser(
        quotaOf,
      ),
    )
    .action(run(async (context, entity, options) => (await changing()).grant(context, entity, options)));
  examples(grant, 'notifyme entities grant harbour --lanes normal,bulk --quota 600 --because "agreed in writing"');
  for (const [name, state, about] of STATES)
    changingCommand(entities, name)
      .description(about)
      .argument('<entity>')
      .action(run(async (context, entity, options) => (await changing()).changeState(context, state, entity, options)));
}

const STATES = [
  ['suspend', 'suspended', 'take nothing new from an entity; what was acknowledged before still goes'],
  ['live', 'live', 'let an entity reach people'],
  ['test', 'test', 'take events of an entity with test keys alone'],
] as const;

/** A command that changes something: it wants to know why, and can say what it would do. */
const changingCommand = (entities: Command, name: string): Command =>
  entities
    .command(name)
    .addOption(becauseOption().makeOptionMandatory())
    .addOption(new Option('--dry-run', 'change nothing, say what would happen'))
    .addOption(jsonOption());

const versionOption = (about: string) => new Option('--version <number>', about).argParser(wholeNumber(1));

function lanesOf(text: string): Lane[] {
  const lanes = text.split(',').map((one) => one.trim());
  if (lanes.every((lane): lane is Lane => (LANES as readonly string[]).includes(lane))) return lanes;
  throw new InvalidArgumentError(`Give some of ${LANES.join(',')}.`);
}

const quotaOf = (text: string): number | null => (text === 'none' ? null : wholeNumber(1)(text));
