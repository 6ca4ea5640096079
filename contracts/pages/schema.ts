import { codes, type Html, html, inline, prose } from './html.ts';
import type { Node, Reader, Target } from './reader.ts';

/** The id of a named schema's section. */
export const schemaId = (name: string): string => `schema-${name}`;

/** A named schema has a section of its own; what stands inside another schema is written where it is used. */
export const isNamed = ({ whole, name, value }: Target): boolean =>
  whole || (/^[A-Z]/.test(name) && value.$ref === undefined);

/** One line on a schema: a link when it has a section, else its type and rules. */
export function summary(node: unknown, reader: Reader): Html {
  const target = reader.follow(node);
  if (target) return isNamed(target) ? link(target.name) : summary(target.value, reader);
  const schema = node as Node;
  const several = partsOf(schema);
  if (several.length > 0) {
    const word = schema.oneOf ? ' or ' : ' and ';
    return html`${several.map((one, i) => html`${i ? word : ''}${summary(one, reader)}`)}`;
  }
  if (schema.items) return html`list of ${summary(schema.items, reader)}`;
  if (schema.enum) return html`one of ${codes(schema.enum as unknown[])}`;
  if (schema.const !== undefined) return html`always ${codes([schema.const])}`;
  const type = [schema.type ?? (schema.properties ? 'object' : 'any value')].flat().join(' or ');
  const rules = RULES.filter(({ name }) => schema[name] !== undefined).map(
    ({ name, says }) => html`, ${says} <code>${String(schema[name])}</code>`,
  );
  return html`${type}${rules}`;
}

const partsOf = (schema: Node): Node[] => (schema.oneOf ?? schema.allOf ?? []) as Node[];

const link = (name: string): Html => html`<a href="#${schemaId(name)}">${name}</a>`;

const RULES = [
  { name: 'format', says: 'format' },
  { name: 'pattern', says: 'pattern' },
  { name: 'minimum', says: 'from' },
  { name: 'maximum', says: 'to' },
  { name: 'maxLength', says: 'longest' },
  { name: 'maxItems', says: 'most' },
  { name: 'default', says: 'default' },
];

/** A schema with its members, one below the other. */
export function details(node: unknown, reader: Reader): Html {
  const schema = reader.resolved(node);
  return html`<p>${summary(node, reader)}</p>${prose(schema.description)}${members(schema, reader)}`;
}

/** The members of an object, or of the objects in a list; nothing for a schema that has a section of its own. */
export function members(node: unknown, reader: Reader): Html | null {
  const target = reader.follow(node);
  if (target) return isNamed(target) ? null : members(target.value, reader);
  const schema = node as Node;
  if (schema.items) return members(schema.items, reader);
  const properties = Object.entries((schema.properties ?? {}) as Node);
  if (properties.length === 0) return html`${partsOf(schema).map((part) => members(part, reader))}`;
  const required = (schema.required ?? []) as string[];
  return html`<dl>${properties.map(
    ([
      name,
      one,
    ]) => html`<dt><code>${name}</code>${required.includes(name) ? ' (required)' : ''}: ${summary(one, reader)}</dt>
<dd>${inline((one as Node).description)}${members(one, reader)}</dd>\n`,
  )}</dl>`;
}

/** Every named schema that a part of the document leads to, by name. */
export function collectSchemas(node: unknown, reader: Reader, found = new Map<string, Node>()): Map<string, Node> {
  if (Array.isArray(node)) for (const item of node) collectSchemas(item, reader, found);
  else if (typeof node === 'object' && node !== null) {
    const target = reader.follow(node);
    const isNew = target && !(isNamed(target) && found.has(target.name));
    if (isNew && isNamed(target) && isSchema(target)) found.set(target.name, target.value);
    if (isNew) collectSchemas(target.value, reader, found);
    for (const value of Object.values(node)) collectSchemas(value, reader, found);
  }
  return found;
}

const isSchema = ({ value }: Target): boolean =>
  ['type', 'properties', 'enum', 'oneOf', 'allOf'].some((name) => Object.hasOwn(value, name));

/** The sections of named schemas. */
export const schemaSections = (schemas: Map<string, Node>, reader: Reader): Html =>
  html`<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>${[...schemas]
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([name, schema]) => html`<h3 id="${schemaId(name)}">${name}</h3>${details(schema, reader)}\n`)}</section>`;
