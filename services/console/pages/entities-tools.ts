import { join } from 'node:path';
import { type Catalogue, loadCatalogue } from '../../shared/catalogue.ts';
import { PageError } from '../../shared/web/errors.ts';
import { EntityError } from '../entities/errors.ts';
import { type EntityView, showEntity } from '../entities/show.ts';
import type { BrokerTools, EntityTools } from '../entities/tools.ts';
import type { FieldError, Visit } from '../kit/types.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** More faults than somebody mends in one go are not told at once. */
const MOST_FAULTS = 30;

let deployed: Catalogue | null = null;

/** What the engine of entities is built from, out of a page's context. */
export function entityTools({ context }: Pick<Visit, 'context'>): EntityTools & BrokerTools {
  const { ledger, catalogue, settings, clock, renewCatalogue: renew, kafka, prefix } = context;
  deployed ??= loadCatalogue();
  return {
    ...{ ledger, catalogue, clock, renew, prefix, files: deployed, kafka: async () => kafka },
    filesDir: join(ROOT, 'contracts', 'catalog'),
    templatesDir: join(ROOT, 'templates'),
    portal: { name: { en: settings.PORTAL_NAME_EN, ar: settings.PORTAL_NAME_AR }, host: settings.PORTAL_HOST },
    partitions: settings.TOPIC_PARTITIONS,
  };
}

/** The only entity that this operator may see, or null for all: an entity's administrator is no operator of others. */
export const onlyOf = ({ operator, is }: Visit): string | null =>
  is('viewer', 'operator', 'approver') ? null : (operator.entity ?? '');

/** The entity of the address. What is not there and what is somebody else's look the same: PageError 404. */
export async function entityIn(visit: Visit): Promise<EntityView> {
  const { id = '' } = visit.params;
  const only = onlyOf(visit);
  const view = only === null || only === id ? await showEntity(id, entityTools(visit)) : null;
  if (!view) throw new PageError(404);
  return view;
}

/** Does the work; what the engine refuses becomes what is wrong with the form. */
export async function orEntityErrors<T>(work: () => Promise<T>): Promise<T | { errors: FieldError[] }> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EntityError)) throw error;
    return { errors: errorsOf(error) };
  }
}

const FIELDS: Partial<Record<EntityError['code'], string>> = {
  because_short: 'because',
  faults: 'package',
  exists: 'package',
  platform: 'package',
  no_lanes: 'lanes',
};

function errorsOf({ code, faults }: EntityError): FieldError[] {
  const field = FIELDS[code] ?? '';
  if (faults.length === 0) return [{ field, key: `entity.fault.${code}` }];
  return faults.slice(0, MOST_FAULTS).map(({ file, what, mend }) => ({
    ...{ field, key: 'entity.fault.line', values: { file, what, mend } },
  }));
}

/** A number of a version in an address, or null for `files`. PageError 404 for anything else. */
export function versionIn(text: string | undefined): number | null {
  if (text === 'files') return null;
  if (!/^\d{1,6}$/.test(text ?? '')) throw new PageError(404);
  return Number(text);
}
