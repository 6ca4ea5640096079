import type { EntityCatalogue } from '../../../contracts/generated/types.ts';
import { buildCatalogue, type Catalogue } from '../catalogue.ts';
import type { EntityRecord } from '../ledger/types.ts';
import type { EntityPackage } from './package.ts';

/**
 * The catalogue as it is in force: the deployed files, over them the stored versions that operators put in force, over
 * those what operators decided about rights and state. Pure. `versionOf` gives null where the files stand. Throws when two
 * entities hold the same event type.
 */
export function effectiveCatalogue(
  deployed: EntityCatalogue[],
  records: EntityRecord[],
  versionOf: (record: EntityRecord) => EntityPackage | null,
): Catalogue {
  const byId = new Map(records.map((record) => [record._id, record]));
  const files = new Map(deployed.map((entry) => [entry.entity, entry]));
  const ids = [...new Set([...files.keys(), ...byId.keys()])].sort();
  const templates = new Map<string, EntityPackage['templates']>();
  const entities = ids.flatMap((id) => {
    const record = byId.get(id);
    const version = record ? versionOf(record) : null;
    if (version) templates.set(id, version.templates);
    const base = version?.catalogue ?? files.get(id);
    return base ? [withRights(base, record)] : [];
  });
  return buildCatalogue(entities, {
    states: new Map(records.map(({ _id, state }) => [_id, state])),
    templates,
    registered: new Set(ids.filter((id) => !files.has(id))),
  });
}

/** The entry with the rights that operators granted; a version never brings rights of its own. */
function withRights(entry: EntityCatalogue, record: Pick<EntityRecord, 'grants'> | undefined): EntityCatalogue {
  if (!record?.grants) return entry;
  const { quotaPerMinute, ...rights } = record.grants;
  return { ...entry, grants: { ...rights, ...(quotaPerMinute !== null && { quotaPerMinute }) } };
}
