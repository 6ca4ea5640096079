import { faultLine } from '../../../templates/check/fault.ts';
import { checkEntity } from '../../../templates/check/index.ts';
import type { Portal, Row } from '../../../templates/check/sample.ts';
import { buildCatalogue, type Catalogue, createEntryReader } from '../../shared/catalogue.ts';
import { type EntityPackage, PACKAGE_LIMITS, packageText } from '../../shared/entities/package.ts';
import { EntityError } from './errors.ts';
import { CATALOGUE_FILE, entryFaults } from './rules.ts';

/** A package that may be stored: as it was written, as it is used, and what each of its SMS costs. */
export type CheckedPackage = {
  content: string;
  hash: string;
  package: EntityPackage;
  rows: Row[];
  /** Types that ask for more than the entity is granted: they are refused until somebody grants it. */
  ungranted: string[];
};
export type CheckTools = { catalogue: Catalogue; portal: Portal; templatesDir: string };

const TEMPLATE_FILE = /^[a-z][a-z0-9-]*\/(template\.json|(ar|en)\/(sms|push|email\.(subject|html|text))\.hbs)$/;
const PLATFORM = 'notifyme';

/**
 * Judges a package by the same rules as the deployed files: schema, names, bounds, both languages, every template
 * rendered with its sample. Throws EntityError `faults` with all that is wrong, or `platform`.
 */
export function checkPackage(given: unknown, { catalogue, portal, templatesDir }: CheckTools): CheckedPackage {
  const { raw, templates } = shapeOf(given);
  const { content, hash } = packageText({ catalogue: raw, templates });
  if (Buffer.byteLength(content) > PACKAGE_LIMITS.bytes) refuse(`it is larger than ${PACKAGE_LIMITS.bytes} bytes`);
  const entry = readEntry(structuredClone(raw));
  const { entity } = entry;
  if (entity === PLATFORM) throw new EntityError('platform', 'the platform itself is changed by a release alone');
  const others = catalogue.entities.filter((one) => one.entity !== entity);
  const before = catalogue.entities.find((one) => one.entity === entity) ?? null;
  const faults = entryFaults(entry, others, before);
  if (faults.length > 0) throw new EntityError('faults', faults.map(faultLine).join('\n'), faults);
  const alone = oneEntity(entry, templates);
  const checked = checkEntity(templatesDir, alone, entity, portal);
  if (checked.faults.length > 0) {
    throw new EntityError('faults', checked.faults.map(faultLine).join('\n'), checked.faults);
  }
  const { mandatory, lanes } = before?.grants ?? entry.grants;
  const ungranted = entry.types
    .filter((type) => (type.mandatory && !mandatory) || !lanes.includes(type.lane ?? 'normal'))
    .map(({ type }) => type);
  return { content, hash, package: { catalogue: entry, templates }, rows: checked.rows, ungranted };
}

function shapeOf(given: unknown): { raw: object; templates: Record<string, string> } {
  const { catalogue: raw, templates = {} } = (given ?? {}) as { catalogue?: object; templates?: object };
  if (typeof raw !== 'object' || raw === null || typeof templates !== 'object' || templates === null) {
    return refuse('it is not { "catalogue": {...}, "templates": { "<template>/<language>/<part>.hbs": "..." } }');
  }
  const entries = Object.entries(templates);
  if (entries.length > PACKAGE_LIMITS.files) return refuse(`it has more than ${PACKAGE_LIMITS.files} files`);
  const strange = entries.find(([name, text]) => !TEMPLATE_FILE.test(name) || typeof text !== 'string');
  if (strange) return refuse(`"${strange[0].slice(0, 100)}" is no text of a template`);
  return { raw, templates: Object.fromEntries(entries) };
}

function readEntry(raw: object) {
  try {
    return createEntryReader()(raw, CATALOGUE_FILE);
  } catch (error) {
    return refuse((error as Error).message.replace(`${CATALOGUE_FILE}: `, ''));
  }
}

function oneEntity(entry: EntityPackage['catalogue'], templates: EntityPackage['templates']): Catalogue {
  try {
    return buildCatalogue([entry], { templates: new Map([[entry.entity, templates]]) });
  } catch (error) {
    return refuse(`a data schema cannot be used: ${(error as Error).message}`);
  }
}

function refuse(what: string): never {
  const fault = { file: CATALOGUE_FILE, what, mend: 'See templates/README.md and contracts/README.md' };
  throw new EntityError('faults', faultLine(fault), [fault]);
}
