import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..', '..');

export const CONTRACTS = join(ROOT, 'contracts');
export const SERVICES = join(ROOT, 'services');

export type Node = Record<string, unknown>;

export const OPENAPI = parse(readFileSync(join(CONTRACTS, 'openapi.yaml'), 'utf8')) as Node;
export const ASYNCAPI = parse(readFileSync(join(CONTRACTS, 'asyncapi.yaml'), 'utf8')) as Node;

/** Every value in a tree with its place, such as `/paths/~1livez/get`. */
export function* walk(node: unknown, place = ''): Generator<{ place: string; value: unknown }> {
  yield { place, value: node };
  if (typeof node !== 'object' || node === null) return;
  for (const [name, value] of Object.entries(node)) yield* walk(value, `${place}/${name.replaceAll('/', '~1')}`);
}

/** The target of a reference inside the document, or the node itself. */
export function inside(document: Node, node: Node): Node {
  if (typeof node.$ref !== 'string') return node;
  return node.$ref
    .slice('#/'.length)
    .split('/')
    .reduce((at, part) => at[part] as Node, document);
}

export type Operation = { id: string; route: string; node: Node };

/** Every operation of openapi.yaml, its route as `POST /v1/events`. */
export const operations = (): Operation[] =>
  Object.entries(OPENAPI.paths as Record<string, Record<string, Node>>).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'].includes(method))
      .map(([method, node]) => ({ id: String(node.operationId), route: `${method.toUpperCase()} ${path}`, node })),
  );

type Faults = { properties: { code: { enum: string[] } } };
export type Answer = { route: string; status: number; codes: string[]; faults: string[] };

/** Every problem document of every operation: its status and the codes that may stand in it. */
export const problemAnswers = (): Answer[] =>
  operations().flatMap(({ route, node }) =>
    Object.entries(node.responses as Record<string, Node>).flatMap(([status, response]) => {
      const content = (inside(OPENAPI, response).content ?? {}) as Record<string, { schema: { allOf: Node[] } }>;
      const properties = content['application/problem+json']?.schema.allOf[1]?.properties as
        | { code: { enum: string[] }; errors?: { items?: Faults; contains?: Faults } }
        | undefined;
      if (!properties) return [];
      const { errors } = properties;
      const faults = (errors?.items ?? errors?.contains)?.properties.code.enum ?? [];
      return [{ route, status: Number(status), codes: properties.code.enum, faults }];
    }),
  );
