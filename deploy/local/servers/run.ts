import { parseArgs } from 'node:util';
import { SetupError, type StartOptions, startServers } from './index.ts';
import { provisionAll } from './provision.ts';

const usage = `Starts Kafka and a MongoDB server, prints their addresses, and stays up until a signal.
  --data FOLDER       keep the data there over restarts (default: thrown away)
  --only NAME         kafka or mongodb
  --durable           write through to the disk although the data is thrown away
  --provision-only    fill the cache folder with all that local servers need, and end
`;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    only: { type: 'string' },
    durable: { type: 'boolean' },
    'provision-only': { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

try {
  if (values.help) process.stdout.write(usage);
  else if (values['provision-only']) await provisionAll();
  else await serve();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  // A container engine's client may keep connections open after a failure, which must not keep the command.
  process.stderr.write(`${error.message}\n`, () => process.exit(1));
}

async function serve() {
  const servers = await startServers(startOptions());
  if (servers.kafkaBrokers) process.stdout.write(`KAFKA_BROKERS=${servers.kafkaBrokers}\n`);
  if (servers.mongodbUri) process.stdout.write(`MONGODB_URI=${servers.mongodbUri}\n`);
  await nextSignal();
  await servers.stop();
}

function startOptions(): StartOptions {
  const only = values.only;
  const need = only === undefined ? {} : { kafka: only === 'kafka', mongodb: only === 'mongodb' };
  return { dataDir: values.data, need, durable: values.durable };
}

/**
 * Until here a signal ends this process at once and the guardian clears up. The interval keeps the process up: the
 * servers themselves do not.
 */
function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stayUp = setInterval(() => {}, 60_000);
    const end = () => {
      clearInterval(stayUp);
      resolve();
    };
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, end);
  });
}
