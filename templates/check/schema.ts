/** As much of JSON Schema as the check reads. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  $defs?: Record<string, Schema>;
};

export type Found =
  | { kind: 'found'; schema: Schema; optional: string | null }
  | { kind: 'unknown'; part: string; known: string[] };

/**
 * The schema of a path below `from`. `optional` is the first part of the path that an event may leave out or send as
 * null, as a path of its own; null when the value is always there.
 */
export function lookUp(root: Schema, from: Schema, parts: string[]): Found {
  let schema = deref(root, from);
  let optional: string | null = null;
  for (const [index, part] of parts.entries()) {
    const { properties, required } = schema;
    if (!properties || !Object.hasOwn(properties, part)) {
      return { kind: 'unknown', part, known: Object.keys(properties ?? {}) };
    }
    schema = deref(root, properties[part]!);
    const always = required?.includes(part) && !typesOf(schema).includes('null');
    if (!always) optional ??= parts.slice(0, index + 1).join('.');
  }
  return { kind: 'found', schema, optional };
}

/** Types that a schema allows; none means any. */
export const typesOf = (schema: Schema): string[] =>
  Array.isArray(schema.type) ? schema.type : schema.type ? [schema.type] : [];

/** Follows `#/$defs/name`. */
export function deref(root: Schema, schema: Schema): Schema {
  const name = schema.$ref?.match(/^#\/\$defs\/([^/]+)$/)?.[1];
  return name === undefined ? schema : deref(root, root.$defs?.[name] ?? {});
}
