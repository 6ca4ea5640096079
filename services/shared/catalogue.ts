import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { EntityCatalogue, EventType } from '../../contracts/generated/types.ts';

const CONTRACTS = join(import.meta.dirname, '..', '..', 'contracts');

export type TypeEntry = {
  entity: EntityCatalogue;
  type: Required<EventType>;
  validateData: (data: unknown) => DataFault[];
};
export type DataFault = { pointer: string; message: string };
/** `test`: with test keys only; `suspended`: nothing new is taken; what was acknowledged before still goes. */
export type EntityState = 'test' | 'live' | 'suspended';
/** Texts of a published version by their path below `templates/<entity>/`, such as `renewed/en/sms.hbs`. */
export type TemplateTexts = Readonly<Record<string, string>>;

export type Catalogue = {
  /** As they are now: ask again for what may have changed. */
  readonly entities: EntityCatalogue[];
  /** The entry of an event type, or null when nobody registered it. */
  type(type: string): TypeEntry | null;
  /** The entity that may use this source (`/<entity>` or a path below it), or null. */
  bySource(source: string): EntityCatalogue | null;
  /** Whether an entity may publish; `live` where operators decided nothing. */
  stateOf(entity: string): EntityState;
  /** The templates of the version in force, or null where those of the folder `templates/` are. */
  templatesOf(entity: string): TemplateTexts | null;
  /** True for an entity that came with the platform's files, so that every process knows it from its start. */
  isDeployed(entity: string): boolean;
};

/** What operators decided about entities; what is left out is as the files say. */
export type Decided = {
  states?: ReadonlyMap<string, EntityState>;
  templates?: ReadonlyMap<string, TemplateTexts>;
  registered?: ReadonlySet<string>;
};

/**
 * Reads every file of the catalogue, fills in the schema's defaults and compiles the data schemas.
 * Throws at start with the file's name when one does not follow contracts/schemas/catalogue.schema.json.
 */
export function loadCatalogue(dir = join(CONTRACTS, 'catalog')): Catalogue {
  const read = createEntryReader();
  const files = readdirSync(dir)
    .filter((file) => file.endsWith('.json'))
    .sort();
  return buildCatalogue(files.map((file) => read(readJson(join(dir, file)), `catalogue file ${file}`)));
}

/**
 * Reads entries of entities: fills in the schema's defaults (in the given value) and throws, with `name` in the message,
 * when one does not follow contracts/schemas/catalogue.schema.json.
 */
export function createEntryReader(): (value: unknown, name: string) => EntityCatalogue {
  const schema = readJson(join(CONTRACTS, 'schemas', 'catalogue.schema.json'));
  const check = createAjv({ useDefaults: true }).compile<EntityCatalogue>(schema);
  return (value, name) => checked(check, value, name);
}

/** A catalogue of entries already checked against their schema. Throws when two of them hold the same event type. */
export function buildCatalogue(entities: EntityCatalogue[], decided: Decided = {}): Catalogue {
  const ajv = createAjv();
  const types = new Map<string, TypeEntry>();
  for (const entity of entities) {
    for (const type of entity.types as Required<EventType>[]) {
      if (types.has(type.type)) throw new Error(`catalogue: event type ${type.type} stands twice`);
      types.set(type.type, { entity, type, validateData: dataValidator(ajv, type) });
    }
  }
  const bySource = new Map(entities.map((entity) => [entity.entity, entity]));
  return {
    entities,
    type: (type) => types.get(type) ?? null,
    bySource: (source) => bySource.get(source.split('/', 2)[1] ?? '') ?? null,
    stateOf: (entity) => decided.states?.get(entity) ?? 'live',
    templatesOf: (entity) => decided.templates?.get(entity) ?? null,
    isDeployed: (entity) => !decided.registered?.has(entity),
  };
}

// A catalogue is built anew when operators change something; the types that stay keep what was compiled for them.
const validators = new WeakMap<EventType, TypeEntry['validateData']>();

function dataValidator(ajv: Ajv2020, type: Required<EventType>): TypeEntry['validateData'] {
  const known = validators.get(type) ?? compileData(ajv, type);
  validators.set(type, known);
  return known;
}

function compileData(ajv: Ajv2020, type: Required<EventType>): TypeEntry['validateData'] {
  const validate = ajv.compile(type.dataSchema);
  return (data) => {
    if (validate(data)) return [];
    return (validate.errors ?? []).map((error) => ({
      pointer: pointerOf(error.instancePath, error.params),
      message: error.message ?? 'is not valid',
    }));
  };
}

// ajv points at the object for a missing or an extra member; a reader wants the member itself.
function pointerOf(path: string, params: Record<string, unknown>): string {
  const member = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty;
  return member === undefined ? path : `${path}/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function createAjv(options = {}): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, ...options });
  addFormats.default(ajv);
  return ajv;
}

function checked(check: ValidateFunction<EntityCatalogue>, value: unknown, name: string): EntityCatalogue {
  if (check(value)) return value;
  const faults = (check.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
  throw new Error(`${name}: ${faults.join('; ')}`);
}

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
