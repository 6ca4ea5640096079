import type { Catalogue } from '../../shared/catalogue.ts';
import type { Kafka } from '../../shared/kafka/connect.ts';
import type { Ledger } from '../../shared/ledger/index.ts';
import type { CheckTools } from './check.ts';
import { EntityError } from './errors.ts';
import { recordOf } from './store.ts';

/** What deciding about entities needs. */
export type EntityTools = CheckTools & {
  ledger: Pick<Ledger, 'entities' | 'catalogueVersions' | 'apiKeys' | 'connection'>;
  /** The catalogue in force. */
  catalogue: Catalogue;
  /** The catalogue of the deployed files alone, and the folder of its files. */
  files: Catalogue;
  filesDir: string;
  clock: () => Date;
  /** Takes over at once what was decided; called after each change. */
  renew(): Promise<void>;
};

/** What registering needs besides: the broker. */
export type BrokerTools = { kafka(): Promise<Kafka>; prefix: string; partitions: number };

/** Who does it, and why; both are kept. */
export type Who = { by: string; because: string };

const PLATFORM = 'notifyme';
const SHORTEST_BECAUSE = 8;

/** The entry of an entity that may be changed here. Throws EntityError `platform` or `unknown_entity`. */
export function changeable(entity: string, { catalogue }: Pick<EntityTools, 'catalogue'>) {
  if (entity === PLATFORM) throw new EntityError('platform', 'the platform itself is changed by a release alone');
  const entry = catalogue.entities.find((one) => one.entity === entity);
  if (entry) return entry;
  const known = catalogue.entities.map((one) => one.entity).filter((one) => one !== PLATFORM);
  throw new EntityError('unknown_entity', `"${entity}" is not in the catalogue. Known: ${known.join(', ')}`);
}

/** Throws EntityError `because_short`. */
export function checkBecause({ because }: Who): void {
  if (because.trim().length < SHORTEST_BECAUSE) throw new EntityError('because_short', 'say why; it is kept');
}

/**
 * The record that a change is made against. What is known is renewed after it: a decision taken on anything older than
 * this record would undo what somebody else decided, and one on anything newer is stopped by the record's token.
 */
export async function seenOf(entity: string, { ledger, renew }: Pick<EntityTools, 'ledger' | 'renew'>) {
  const seen = await recordOf(entity, ledger);
  await renew();
  return seen;
}
