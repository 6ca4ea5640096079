import type { EntityState } from '../../shared/catalogue.ts';
import { type KeyHead, keysOf } from './keys.ts';
import { type Grants, grantsOf } from './rights.ts';
import { recordOf, type VersionHead, versionsOf } from './store.ts';
import type { EntityTools } from './tools.ts';

type Entry = EntityTools['catalogue']['entities'][number];

/** An entity in a list. */
export type EntityRow = {
  entity: string;
  title: Entry['title'];
  state: EntityState;
  types: number;
  /** Number of the version in force; null: the deployed files. */
  version: number | null;
};

export type EntityView = EntityRow & {
  typePrefix: string;
  smsSender: string;
  operationsEmail: string | null;
  linkHosts: string[];
  grants: Grants;
  typesInForce: Entry['types'];
  deployed: boolean;
  versions: VersionHead[];
  keys: KeyHead[];
  changed: { by: string; at: Date } | null;
};

const PLATFORM = 'notifyme';

/** Every entity but the platform itself; `only` one where an administrator may see no other. */
export async function listEntities(
  { catalogue, ledger }: Pick<EntityTools, 'catalogue' | 'ledger'>,
  only: string | null = null,
): Promise<EntityRow[]> {
  const records = await ledger.entities.find().select({ version: 1 }).lean<{ _id: string; version: number | null }[]>();
  const versions = new Map(records.map(({ _id, version }) => [_id, version]));
  return catalogue.entities
    .filter(({ entity }) => entity !== PLATFORM && (only === null || entity === only))
    .map((entry) => rowOf(entry, catalogue.stateOf(entry.entity), versions.get(entry.entity) ?? null));
}

/** Everything about one entity; null when nobody knows it, or it is the platform. */
export async function showEntity(entity: string, tools: EntityTools): Promise<EntityView | null> {
  const { catalogue, ledger, files } = tools;
  const entry = catalogue.entities.find((one) => one.entity === entity);
  if (!entry || entity === PLATFORM) return null;
  const [record, versions, keys] = await Promise.all([
    recordOf(entity, ledger),
    versionsOf(entity, ledger),
    keysOf(entity, tools),
  ]);
  const { typePrefix, smsSender, operationsEmail = null, linkHosts, types } = entry;
  return {
    ...rowOf(entry, catalogue.stateOf(entity), record?.version ?? null),
    ...{ typePrefix, smsSender, operationsEmail, linkHosts, versions, keys },
    grants: grantsOf(entity, tools),
    typesInForce: types,
    deployed: files.entities.some((one) => one.entity === entity),
    changed: record && { by: record.by, at: record.at },
  };
}

const rowOf = ({ entity, title, types }: Entry, state: EntityState, version: number | null): EntityRow => ({
  ...{ entity, title, state, version, types: types.length },
});
