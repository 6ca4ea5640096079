import { provisionMongodb } from './ferretdb.ts';
import { createGuardian } from './guardian.ts';
import { provisionKafka } from './kafka.ts';
import { provisionMoto } from './moto.ts';

/** Fills the cache folder with all that local servers need. Throws the first SetupError. */
export async function provisionAll(
  env: NodeJS.ProcessEnv = process.env,
  progress: (line: string) => void = (line) => process.stderr.write(`servers: ${line}\n`),
): Promise<void> {
  const guardian = createGuardian();
  const context = { env, progress, guardian };
  const steps = [provisionKafka(context), provisionMongodb(context), provisionMoto(context)];
  const results = await Promise.allSettled(steps);
  guardian.release();
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
