import type { EntityPackage } from '../../shared/entities/package.ts';
import { recordAct } from '../acts.ts';
import { type CheckedPackage, checkPackage } from './check.ts';
import { EntityError } from './errors.ts';
import { packageOfFiles } from './files.ts';
import { grantsOf } from './rights.ts';
import { saveRecord, storeVersion, versionOf } from './store.ts';
import { changeable, checkBecause, type EntityTools, seenOf, type Who } from './tools.ts';

export type Stored = CheckedPackage & { entity: string; version: number; isNew: boolean };

/**
 * Checks a package of an entity that is known and stores it as a version, which changes nothing yet. The act is written
 * first. Throws EntityError.
 */
export async function proposeVersion(given: unknown, who: Who, tools: EntityTools): Promise<Stored> {
  checkBecause(who);
  const checked = checkPackage(given, tools);
  const { entity } = checked.package.catalogue;
  changeable(entity, tools);
  return keepVersion(checked, who, tools);
}

/** Stores what was checked; the same package again is the version that there is. */
export async function keepVersion(checked: CheckedPackage, who: Who, tools: EntityTools): Promise<Stored> {
  const { content, hash } = checked;
  const { entity } = checked.package.catalogue;
  const { by, because } = who;
  const at = tools.clock();
  await recordAct(tools.ledger, { kind: 'entity_version', by, because, details: { entity, hash } }, at);
  const stored = await storeVersion({ entity, hash, content, because, by, at }, tools.ledger);
  return { ...checked, ...stored, entity };
}

/**
 * Puts a stored version in force, or the deployed files again (`null`). Every process takes it over within seconds, in
 * one step: what is rendered before is of the old one, what comes after of the new one. Rights stay as they are: a
 * version brings none. The act is written first. Throws EntityError.
 */
export async function putInForce(
  entity: string,
  version: number | null,
  who: Who,
  tools: EntityTools,
): Promise<{ before: number | null; after: number | null }> {
  checkBecause(who);
  const { ledger, clock, renew, catalogue } = tools;
  const seen = await seenOf(entity, tools);
  changeable(entity, tools);
  const before = seen?.version ?? null;
  if (before === version) throw new EntityError('same', `${named(version)} is in force already`);
  checkPackage(await packageAt(entity, version, tools), tools);
  const at = clock();
  const details = { entity, before, after: version };
  await recordAct(ledger, { kind: 'entity_publish', by: who.by, because: who.because, details }, at);
  const blank = { _id: entity, state: catalogue.stateOf(entity) };
  const grants = seen?.grants ?? grantsOf(entity, tools);
  await saveRecord(seen, { ...blank, ...seen, grants, version, by: who.by, at }, ledger);
  await renew();
  return { before, after: version };
}

/** What a version is made of, as it was written; of null, what the deployed files are. Throws EntityError. */
export async function packageAt(
  entity: string,
  version: number | null,
  tools: Pick<EntityTools, 'ledger' | 'files' | 'filesDir' | 'templatesDir'>,
): Promise<EntityPackage> {
  if (version === null) return packageOfFiles(entity, tools);
  return JSON.parse((await versionOf(entity, version, tools.ledger)).content);
}

const named = (version: number | null): string => (version === null ? 'the set of files' : `version ${version}`);
