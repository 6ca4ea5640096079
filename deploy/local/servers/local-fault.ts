import { SetupError } from './errors.ts';
import { findJava } from './kafka.ts';
import { findProgram } from './processes.ts';
import { checkPermissions } from './root.ts';

/** Why local processes cannot be had on this machine, in one sentence; null when nothing is known to be in the way. */
export function localServersFault(env: NodeJS.ProcessEnv): string | null {
  try {
    checkPermissions(env);
    findJava(env);
    return findProgram('mvn', env) ? null : 'Kafka is fetched by Maven, and no mvn was found.';
  } catch (error) {
    if (error instanceof SetupError) return error.message.split('\n')[0]!;
    throw error;
  }
}
