import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';

export type Node = Record<string, unknown>;
/** What a reference leads to; `name` is its last word, `file` where it stands, `whole` true when it is all of that file. */
export type Target = { value: Node; name: string; file: string; whole: boolean };
export type Reader = { document: Node; follow(node: unknown): Target | null; resolved(node: unknown): Node };

/**
 * Reads an OpenAPI or AsyncAPI document with the files it refers to. `follow` gives the target of a `$ref` (null for
 * anything else) and `resolved` the node itself or its target. Throws for a reference that leads nowhere or out of the
 * folder's files: nothing is ever fetched.
 */
export function createReader(file: string): Reader {
  const files = new Map<string, Node>();
  const follow = (node: unknown): Target | null => {
    const ref = (node as Node | null)?.$ref;
    return typeof ref === 'string' ? find(ref) : null;
  };
  const resolved = (node: unknown): Node => {
    const target = follow(node);
    return target ? resolved(target.value) : (node as Node);
  };
  return { document: load(resolve(file)), follow, resolved };

  function find(ref: string): Target {
    const [path = '', pointer = ''] = ref.split('#');
    const parts = pointer.split('/').slice(1).map(unescapePointer);
    let value: unknown = load(path);
    for (const part of parts) value = (value as Node | undefined)?.[part];
    if (typeof value !== 'object' || value === null) throw new Error(`a reference leads nowhere: ${ref}`);
    const name = parts.at(-1) ?? String((value as Node).title ?? path);
    return { value: value as Node, name, file: path, whole: parts.length === 0 };
  }

  function load(path: string): Node {
    const known = files.get(path);
    if (known) return known;
    const read = absolute(parse(readFileSync(path, 'utf8')), path) as Node;
    files.set(path, read);
    return read;
  }
}

/** The same tree with every reference made absolute, so that a node means the same wherever it is read. */
function absolute(node: unknown, file: string): unknown {
  if (Array.isArray(node)) return node.map((item) => absolute(item, file));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([name, value]) => {
    if (name !== '$ref' || typeof value !== 'string') return [name, absolute(value, file)];
    if (/^[a-z]+:/i.test(value)) throw new Error(`a reference leads out of the folder: ${value}`);
    const [path = '', pointer = ''] = value.split('#');
    return [name, `${path === '' ? file : resolve(dirname(file), path)}#${pointer}`];
  });
  return Object.fromEntries(entries);
}

// RFC 6901, section 4; the percent escapes of its fragment form are not used here.
const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');
