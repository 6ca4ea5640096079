import { randomUUID } from 'node:crypto';
import { versionId } from '../../shared/entities/package.ts';
import { insertNew, isDuplicateKey, type Ledger } from '../../shared/ledger/index.ts';
import type { CatalogueVersion, EntityRecord } from '../../shared/ledger/types.ts';
import { EntityError } from './errors.ts';

type Entities = Pick<Ledger, 'entities'>;
type Versions = Pick<Ledger, 'catalogueVersions'>;

export const recordOf = (id: string, { entities }: Entities): Promise<EntityRecord | null> =>
  entities.findById(id).lean<EntityRecord>();

/**
 * Stores what was decided, in place of the record that was seen. Throws EntityError `changed_meanwhile` when somebody
 * else was quicker: their decision stands.
 */
export async function saveRecord(
  seen: EntityRecord | null,
  record: Omit<EntityRecord, 'token'>,
  { entities }: Entities,
): Promise<EntityRecord> {
  const saved: EntityRecord = { ...record, token: randomUUID() };
  const { _id, ...fields } = saved;
  const done = seen
    ? (await entities.collection.updateOne({ _id: _id as never, token: seen.token }, { $set: fields })).modifiedCount
    : 1 - (await insertNew(entities.collection, [saved])).duplicates;
  if (done !== 1) throw new EntityError('changed_meanwhile', 'somebody else changed this entity a moment ago');
  return saved;
}

export type VersionHead = Omit<CatalogueVersion, 'content'>;

/** The stored versions of an entity, newest first, without their content. */
export const versionsOf = (entity: string, { catalogueVersions }: Versions): Promise<VersionHead[]> =>
  catalogueVersions.find({ entity }).select({ content: 0 }).sort({ version: -1 }).limit(200).lean<VersionHead[]>();

/** Throws EntityError `unknown_version`. */
export async function versionOf(
  entity: string,
  version: number,
  { catalogueVersions }: Versions,
): Promise<CatalogueVersion> {
  const found = await catalogueVersions.findById(versionId(entity, version)).lean<CatalogueVersion>();
  if (!found) throw new EntityError('unknown_version', `${entity} has no version ${version}`);
  return found;
}

const TRIES = 5;

/**
 * Stores a version under the next number and gives that number; the newest one again when it says the same. The number's
 * key decides between two at once.
 */
export async function storeVersion(
  given: Omit<CatalogueVersion, '_id' | 'version'>,
  ledger: Versions,
): Promise<{ version: number; isNew: boolean }> {
  for (let n = 1; ; n += 1) {
    const [newest] = await versionsOf(given.entity, ledger);
    if (newest?.hash === given.hash) return { version: newest.version, isNew: false };
    const version = (newest?.version ?? 0) + 1;
    try {
      const stored: CatalogueVersion = { ...given, _id: versionId(given.entity, version), version };
      await ledger.catalogueVersions.collection.insertOne(stored as never);
      return { version, isNew: true };
    } catch (error) {
      if (n >= TRIES || !isDuplicateKey(error)) throw error;
    }
  }
}
