import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { eventually } from './demo/eventually.ts';
import { deadLetterAndReplay, type Mishap, poison, refuse, repeat } from './demo/mishaps.ts';
import { PEOPLE, type PersonKey } from './demo/people.ts';
import { createEntities, type Entities } from './demo/publish.ts';
import { register } from './demo/register.ts';
import { type Published, readBooks, storyTable, tally } from './demo/report.ts';
import { eventFor, SCENES } from './demo/story.ts';
import { CONSOLE_PEOPLE, IDENTITY_PEOPLE } from './identity/settings.ts';
import { type Platform, publicEntityKey, startPlatform } from './platform.ts';
import { SetupError, startServers } from './servers/index.ts';
import { nextSignal } from './signal.ts';

const usage = `npm run demo [-- --keep]

Starts everything on this machine, registers invented people, publishes for eight entities by HTTP and Kafka, waits for
every outcome, and prints what happened; the last line is JSON. With --keep it stays up and prints where to look.
`;

const { values } = parseArgs({ options: { keep: { type: 'boolean' }, help: { type: 'boolean' } } });
const say = (line: string) => process.stderr.write(`demo: ${line}\n`);

if (values.help) process.stdout.write(usage);
else await demo().catch(explain);

/** The whole demo: servers, platform, people, events, mishaps, outcomes, report. */
async function demo(): Promise<void> {
  const startedAt = Date.now();
  const signal = nextSignal();
  const stateDir = mkdtempSync(join(tmpdir(), 'notifyme-demo-'));
  const stops: (() => Promise<unknown> | unknown)[] = [() => rmSync(stateDir, { recursive: true, force: true })];
  try {
    const servers = await startServers();
    stops.unshift(servers.stop);
    say('starting the services');
    const run = `demo-${Date.now().toString(36)}`;
    const env = {
      TOPIC_PREFIX: run,
      MONGODB_DB: run,
      SCHEDULER_REST_MS: '200',
      SETTLE_REST_MS: '200',
      PORT: values.keep ? '8080' : '0',
    };
    const platform = await startPlatform({ ...servers, stateDir, env });
    stops.unshift(platform.stop);
    const interrupted = signal.then((name) => Promise.reject(new Error(`stopped by ${name}`)));
    interrupted.catch(() => {});
    await Promise.race([play(platform, stateDir, startedAt), interrupted]);
    if (values.keep) await stayUp(platform, signal);
  } finally {
    for (const stop of stops) await stop();
  }
  process.exit(0);
}

async function play(platform: Platform, stateDir: string, startedAt: number): Promise<void> {
  await registerAll(platform);
  const entities = createEntities(platform, await publicEntityKey(stateDir));
  const published = await publishAll(entities);
  const mishaps = await causeMishaps(platform, entities);
  say('waiting for every outcome (quiet hours end with the next full minute)');
  await allOutcomes(platform, published);
  const books = await readBooks(platform);
  process.stdout.write(`${storyTable(published, mishaps, books, platform)}\n`);
  process.stdout.write(`${JSON.stringify(tally(published, books, platform, startedAt))}\n`);
  await entities.stop();
}

async function registerAll(platform: Platform): Promise<void> {
  const people = Object.values(PEOPLE);
  say(`registering ${people.length} people through the register's API, with codes from their telephones and mailboxes`);
  await Promise.all(people.map((person) => register(person, platform)));
}

async function publishAll(entities: Entities): Promise<Published[]> {
  say(`publishing ${SCENES.length} events for eight entities, by HTTP and Kafka`);
  const published: Published[] = [];
  for (const [number, scene] of SCENES.entries()) {
    const event = eventFor(scene, scene.to === 'audience' ? '' : PEOPLE[scene.to].subject, number);
    await entities.publish(event, scene.way);
    published.push({ scene, eventId: event.id, source: event.source });
  }
  return published;
}

async function causeMishaps(platform: Platform, entities: Entities): Promise<Mishap[]> {
  say('and what should not work: a duplicate, bad events, unreadable bytes, a key that comes late');
  const first = eventFor(SCENES[0]!, PEOPLE[SCENES[0]!.to as PersonKey].subject, 0);
  const late = eventFor({ ...SCENES[4]!, id: 'demo-late-key' }, PEOPLE.sara.subject, 99);
  return [
    await repeat(first, entities),
    ...(await refuse(first, platform, entities)),
    await poison(platform),
    await deadLetterAndReplay(late, platform),
  ];
}

function allOutcomes(platform: Platform, published: Published[]): Promise<true> {
  const { ledger } = platform.host.runtime;
  return eventually(
    'every outcome',
    async () => {
      const [open, done, late] = await Promise.all([
        ledger.notifications.countDocuments({ outcomeAt: null }),
        ledger.notifications.countDocuments({
          eventId: { $in: published.map(({ eventId }) => eventId) },
          audienceOf: null,
          outcomeAt: { $ne: null },
        }),
        ledger.notifications.countDocuments({ eventId: 'demo-late-key', outcomeAt: { $ne: null } }),
      ]);
      return open === 0 && done === published.length && late === 1 ? true : null;
    },
    150_000,
  );
}

async function stayUp({ host, providers }: Platform, signal: Promise<unknown>): Promise<void> {
  const lines = [
    `NotifyMe stays up: ${host.url}  (health ${host.url}/readyz, metrics ${host.url}/metrics)`,
    `Citizens' portal:  ${host.url}/  sign in as ${IDENTITY_PEOPLE.map(({ name }) => name).join(', ')} (invented)`,
    `Console:          ${host.url}/console  sign in as ${Object.values(CONSOLE_PEOPLE)
      .map(({ name }) => name)
      .join(', ')} (invented)`,
    `What people see:  ${providers.pagesUrl}  (telephones, mail, push)`,
    'Stop with Ctrl-C.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  await signal;
}

function explain(error: unknown): void {
  const known = error instanceof SetupError || (error instanceof Error && /^(Port|Waited|stopped)/.test(error.message));
  process.stderr.write(known ? `demo: ${(error as Error).message}\n` : `demo: ${(error as Error).stack}\n`);
  process.exit(1);
}
