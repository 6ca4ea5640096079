import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createKeyStore } from '../../services/shared/keys.ts';
import { CONSOLE_PEOPLE, IDENTITY_PEOPLE } from './identity/settings.ts';
import { type Platform, startPlatform } from './platform.ts';
import { SetupError, startServers } from './servers/index.ts';
import { nextSignal } from './signal.ts';

const usage = `npm start -- [--data FOLDER] [--port N]

The platform on one port (default 8080), empty at first; data and keys stay in FOLDER (default ~/.local/share/notifyme).
Servers: KAFKA_BROKERS and MONGODB_URI when they are set, else a Docker engine, else local processes.
`;

const { values } = parseArgs({
  options: { data: { type: 'string' }, port: { type: 'string' }, help: { type: 'boolean' } },
});

if (values.help) process.stdout.write(usage);
else await run().catch(explain);

async function run(): Promise<void> {
  const signal = nextSignal();
  const dataDir = values.data ?? join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'notifyme');
  const servers = await startServers({ dataDir: join(dataDir, 'servers') });
  try {
    const platform = await startPlatform({
      ...servers,
      stateDir: join(dataDir, 'keys'),
      env: { PORT: values.port ?? process.env.PORT ?? '8080', PUBLIC_URL: process.env.PUBLIC_URL },
    });
    await welcome(platform);
    await signal;
    process.stderr.write('notifyme: stopping\n');
    await platform.stop();
  } finally {
    await servers.stop();
  }
}

async function welcome({ host, providers }: Platform): Promise<void> {
  const { key } = await createKeyStore(host.runtime).createKey({ entity: 'sijilat', kind: 'test' });
  process.stdout.write(
    [
      `NotifyMe is up: ${host.url}`,
      `  citizens' portal ${host.url}/   sign in as ${IDENTITY_PEOPLE.map(({ name }) => name).join(', ')} (invented)`,
      `  console       ${host.url}/console   sign in as ${Object.values(CONSOLE_PEOPLE)
        .map(({ name }) => name)
        .join(', ')} (invented)`,
      `  health        ${host.url}/readyz   metrics ${host.url}/metrics`,
      `  what people see ${providers.pagesUrl}   (telephones, mail, push)`,
      `  a test key of the entity "sijilat", shown once: ${key}`,
      'Stop with Ctrl-C.',
      '',
    ].join('\n'),
  );
}

function explain(error: unknown): void {
  if (!(error instanceof SetupError) && !(error instanceof Error && /^Port|setting/.test(error.message))) throw error;
  process.stderr.write(`notifyme: ${error.message}\n`);
  process.exitCode = 1;
}
