import { type ServerName, SetupError } from './errors.ts';

/** How a server is had: an address in the environment, a container, or local processes. */
export type Way = 'environment' | 'docker' | 'local';

const variables = { kafka: 'KAFKA_BROKERS', mongodb: 'MONGODB_URI' } as const;

/**
 * The ways to try for one server, best first. NOTIFYME_SERVERS forces a single one.
 * Throws SetupError when that is not one of the three, or names the environment and no address is there.
 * @param engine whether a Docker engine answers
 */
export function waysFor(server: keyof typeof variables, env: NodeJS.ProcessEnv, engine: boolean): Way[] {
  const forced = env.NOTIFYME_SERVERS || undefined;
  const address = addressIn(env, server);
  if (forced === undefined) {
    if (address) return ['environment'];
    return engine ? ['docker', 'local'] : ['local'];
  }
  if (forced === 'environment' && !address)
    throw new SetupError(
      'ADDRESS_MISSING',
      server,
      `NOTIFYME_SERVERS is environment, but ${variables[server]} is not set.`,
    );
  if (forced === 'docker' && !engine)
    throw new SetupError('ENGINE_SILENT', server, 'NOTIFYME_SERVERS is docker, but no Docker engine answers.');
  if (forced === 'environment' || forced === 'docker' || forced === 'local') return [forced];
  throw new SetupError('UNKNOWN_WAY', server, `NOTIFYME_SERVERS is ${forced}; it knows environment, docker and local.`);
}

/** The address that the environment gives for a server, or undefined. */
export function addressIn(env: NodeJS.ProcessEnv, server: Exclude<ServerName, 'moto'>): string | undefined {
  return env[variables[server]] || undefined;
}
