import { type Catalogue, createEntryReader } from '../catalogue.ts';
import type { Ledger } from '../ledger/index.ts';
import type { CatalogueVersion, EntityRecord } from '../ledger/types.ts';
import type { Logger } from '../log.ts';
import { startLoop } from '../loop.ts';
import { effectiveCatalogue } from './effective.ts';
import { type EntityPackage, openVersion, versionId } from './package.ts';

/** What operators decide holds in every process within this time and one small query. */
const LOOK_MS = 1_000;

export type LiveOptions = {
  /** The catalogue of the deployed files. */
  files: Catalogue;
  ledger: Pick<Ledger, 'entities' | 'catalogueVersions'>;
  log: Pick<Logger, 'error'>;
};
export type LiveCatalogue = {
  /** Always as it is now: what was asked of it before may have changed. */
  catalogue: Catalogue;
  /** Looks now. Rejects when the ledger does not answer; what was known then still holds. */
  refresh(): Promise<void>;
};

/**
 * The catalogue with what operators decided, read once and then again by `refresh`: one small query, whole versions only
 * when one is new. What cannot be used (damaged, of another release, a type that stands twice) is logged and left out,
 * and what was in force before stays: a bad version stops nothing. Rejects when the ledger does not answer at first.
 */
export async function openCatalogue({ files, ledger, log }: LiveOptions): Promise<LiveCatalogue> {
  const read = createEntryReader();
  const opened = new Map<string, EntityPackage | null>();
  const inUse = new Map<string, EntityPackage>();
  let current = files;
  let known = '';
  const live: LiveCatalogue = {
    catalogue: {
      get entities() {
        return current.entities;
      },
      type: (type) => current.type(type),
      bySource: (source) => current.bySource(source),
      stateOf: (entity) => current.stateOf(entity),
      templatesOf: (entity) => current.templatesOf(entity),
      isDeployed: (entity) => current.isDeployed(entity),
    },
    async refresh() {
      const records = await ledger.entities.find().sort({ _id: 1 }).lean<EntityRecord[]>();
      const now = records.map(({ _id, token }) => `${_id} ${token}`).join('\n');
      if (now === known) return;
      const isComplete = await openNew(records);
      try {
        current = effectiveCatalogue(files.entities, records, versionOf);
      } catch (error) {
        log.error({ event: 'catalogue_unusable', detail: (error as Error).message });
      }
      // What cannot be used is not tried again until somebody changes something.
      if (isComplete) known = now;
    },
  };
  await live.refresh();
  return live;

  /** The version in force, or the one before while that cannot be used. */
  function versionOf(record: EntityRecord): EntityPackage | null {
    const id = idOf(record);
    const version = id === null ? null : (opened.get(id) ?? inUse.get(record._id) ?? null);
    if (version) inUse.set(record._id, version);
    return version;
  }

  /** False when one is not there. */
  async function openNew(records: EntityRecord[]): Promise<boolean> {
    const wanted = records.flatMap((record) => idOf(record) ?? []).filter((id) => !opened.has(id));
    if (wanted.length === 0) return true;
    const found = await ledger.catalogueVersions.find({ _id: { $in: wanted } }).lean<CatalogueVersion[]>();
    for (const stored of found) opened.set(stored._id, usable(stored));
    const missing = wanted.filter((id) => !opened.has(id));
    for (const id of missing) log.error({ event: 'catalogue_version_missing', detail: id });
    return missing.length === 0;
  }

  function usable(stored: CatalogueVersion): EntityPackage | null {
    try {
      return openVersion(stored, read);
    } catch (error) {
      log.error({ event: 'catalogue_version_unusable', detail: (error as Error).message.slice(0, 500) });
      return null;
    }
  }
}

const idOf = ({ _id, version }: EntityRecord): string | null => (version === null ? null : versionId(_id, version));

/** Keeps a live catalogue up to date; ends with `stop`. */
export const followCatalogue = ({ refresh }: LiveCatalogue, log: Logger) =>
  startLoop({
    name: 'catalogue',
    restMs: LOOK_MS,
    log,
    async step() {
      await refresh();
      return false;
    },
  });
