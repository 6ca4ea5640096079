import schema from '../../../contracts/schemas/event.schema.json' with { type: 'json' };

const known = new WeakMap<object, ReadonlySet<string>>();

/**
 * A JSON Pointer as it may be kept in a dead letter: names that neither the event's schema nor the type's knows are the
 * sender's own words, which may be anybody's name or number, and stand there as `*`.
 */
export function keptPointer(pointer: string, dataSchema: object | undefined): string {
  const names = [namesOf(schema), ...(dataSchema ? [namesOf(dataSchema)] : [])];
  const isKnown = (name: string) => /^\d{1,4}$/.test(name) || names.some((set) => set.has(name));
  return pointer
    .split('/')
    .map((name) => (name === '' || isKnown(name) ? name : '*'))
    .join('/');
}

/** Every name of a member that a JSON Schema speaks of; found once. */
function namesOf(of: object): ReadonlySet<string> {
  const found = known.get(of) ?? new Set(collect(of));
  known.set(of, found);
  return found;
}

function collect(of: unknown): string[] {
  if (typeof of !== 'object' || of === null) return [];
  return Object.entries(of).flatMap(([word, inner]) => [
    ...(word === 'properties' ? Object.keys(inner as object) : []),
    ...collect(inner),
  ]);
}
