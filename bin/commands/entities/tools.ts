import { join } from 'node:path';
import { EntityError } from '../../../services/console/entities/errors.ts';
import type { BrokerTools, EntityTools } from '../../../services/console/entities/tools.ts';
import { operator } from '../../arguments.ts';
import type { Context } from '../../context.ts';
import { RefusedError, UsageError } from '../../exit.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** What the engine of entities is built from, out of a command's context. */
export async function toolsOf(context: Context): Promise<EntityTools & BrokerTools> {
  const settings = context.settings();
  const { catalogue, refresh } = await context.liveCatalogue();
  return {
    ledger: await context.ledger(),
    ...{ catalogue, renew: refresh, files: await context.files(), clock: context.clock },
    filesDir: join(ROOT, 'contracts', 'catalog'),
    templatesDir: join(ROOT, 'templates'),
    portal: { name: { en: settings.PORTAL_NAME_EN, ar: settings.PORTAL_NAME_AR }, host: settings.PORTAL_HOST },
    kafka: context.kafka,
    prefix: settings.TOPIC_PREFIX,
    partitions: settings.TOPIC_PARTITIONS,
  };
}

/** Who types, and why. */
export const whoOf = ({ env }: Context, because: string) => ({ by: operator(env), because });

/** Turns what the engine refuses into the command's answer: exit 2 for a name that is none, 1 for the rest. */
export async function asked<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EntityError)) throw error;
    if (error.code === 'unknown_entity' || error.code === 'because_short') throw new UsageError(error.message);
    throw new RefusedError(error.message);
  }
}
