import type { EntityCatalogue, EventType } from '../../../contracts/generated/types.ts';
import type { Fault } from '../../../templates/check/fault.ts';

type Entry = Pick<EntityCatalogue, 'entity' | 'typePrefix' | 'categories' | 'title' | 'types'>;

/** The file that faults of a catalogue entry are told of. */
export const CATALOGUE_FILE = 'catalogue.json';

const ARABIC = /\p{Script=Arabic}/u;

/**
 * What the schema cannot say about an entity's catalogue entry: names that belong to others, types that would take back
 * what was promised, data that is not bounded. Pure. `before` is the entry in force, null for a new entity.
 */
export function entryFaults(entry: Entry, others: Entry[], before: Entry | null): Fault[] {
  return [
    ...prefixFaults(entry, others),
    ...repeated(entry),
    ...entry.types.flatMap((type) => typeFaults(type, entry)),
    ...droppedTypes(entry, before),
    ...wordFaults(entry),
  ];
}

const fault = (what: string, mend: string): Fault => ({ file: CATALOGUE_FILE, what, mend });

/** Neither may begin with the other: whoever owns the beginning of a name owns all names that begin so. */
function prefixFaults({ typePrefix, types }: Entry, others: Entry[]): Fault[] {
  const taken = others.find((one) => one.typePrefix.startsWith(typePrefix) || typePrefix.startsWith(one.typePrefix));
  return [
    ...(taken ? [fault(`typePrefix ${typePrefix} belongs to ${taken.entity}`, 'Choose one of its own')] : []),
    ...types
      .filter(({ type }) => !type.startsWith(typePrefix))
      .map(({ type }) => fault(`${type} does not begin with ${typePrefix}`, 'Name it below the prefix of the entity')),
  ];
}

function repeated({ types, categories }: Entry): Fault[] {
  const lists = [types.map(({ type }) => type), types.map(({ template }) => template), categories.map(({ id }) => id)];
  return lists.flatMap((names) =>
    names
      .filter((name, at) => names.indexOf(name) !== at)
      .map((name) => fault(`${name} stands twice`, 'Every type, template and category has a name of its own')),
  );
}

function typeFaults(type: EventType, { categories }: Entry): Fault[] {
  const { category, mandatory, lane, directToContact, dataSchema } = type;
  const told = (what: string, mend: string) => fault(`${type.type}: ${what}`, mend);
  return [
    ...(categories.some(({ id }) => id === category)
      ? []
      : [told(`the category ${category} is not there`, 'Add it to the categories')]),
    ...(mandatory && lane === 'bulk'
      ? [told('mandatory on the bulk lane', 'What nobody can switch off goes on another lane')]
      : []),
    ...(directToContact
      ? [told('directToContact belongs to the platform alone', 'Leave it out: people choose their channels')]
      : []),
    ...looseSpots(dataSchema).map((path) =>
      told(
        `the data schema has no bound at ${path || '/'}`,
        'Give additionalProperties false, maxLength, minimum and maximum, or maxItems',
      ),
    ),
  ];
}

type Part = Record<string, unknown>;

/** Paths in a data schema where an entity could send more than the platform agreed to hold. */
function looseSpots(part: Part, path = ''): string[] {
  const properties = Object.entries((part.properties ?? {}) as Record<string, Part>);
  const inner = properties.flatMap(([name, value]) => looseSpots(value, `${path}/${name}`));
  switch ([part.type].flat().find((type) => type !== 'null')) {
    case 'object':
      return part.additionalProperties === false ? inner : [path, ...inner];
    case 'string':
      return part.maxLength !== undefined || part.enum || part.const !== undefined ? [] : [path];
    case 'integer':
    case 'number':
      return typeof part.minimum === 'number' && typeof part.maximum === 'number' ? [] : [path];
    case 'array':
      return part.maxItems === undefined ? [path] : looseSpots((part.items ?? {}) as Part, `${path}/-`);
    case 'boolean':
      return [];
    default:
      return part.enum || part.const !== undefined || part.$ref ? [] : [path];
  }
}

/** A notice that was accepted is sent, and read in the inbox, by its type for as long as it is kept. */
function droppedTypes({ types }: Entry, before: Entry | null): Fault[] {
  return (before?.types ?? [])
    .filter(({ type }) => !types.some((one) => one.type === type))
    .map(({ type }) =>
      fault(`${type} is in force and would be gone`, 'Keep it: notices of it are still read in the inbox'),
    );
}

function wordFaults({ title, categories, types }: Entry): Fault[] {
  return [title, ...categories.map((one) => one.title), ...types.map((one) => one.title)]
    .filter(({ en, ar }) => !ARABIC.test(ar) || ARABIC.test(en))
    .map(({ en }) => fault(`the title "${en}" is not in both languages`, 'Write "ar" in Arabic and "en" in English'));
}
