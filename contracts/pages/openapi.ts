import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codes, type Html, html, inline, page, prose, sample } from './html.ts';
import { createReader, type Node, type Reader } from './reader.ts';
import { collectSchemas, members, schemaSections, summary } from './schema.ts';

type Operation = { id: string; method: string; path: string; tag: string; node: Node };

/** Of a problem document only what this answer adds is written: its codes. */
const PROBLEM = 'application/problem+json';
const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

/** An OpenAPI document as one HTML page. `file` is its path; the files it refers to are read beside it. */
export function renderOpenapi(file: string): string {
  const reader = createReader(file);
  const { info, paths, tags } = reader.document as { info: Node; paths: Record<string, Node>; tags: Node[] };
  const operations = Object.entries(paths).flatMap(([path, item]) => operationsOf(path, item));
  const groups = tags.map(({ name, description }) => {
    const mine = operations.filter(({ tag }) => tag === name);
    return html`<section><h2>${String(name)}</h2>${prose(description)}${mine.map((one) => operationOf(one, reader, dirname(file)))}</section>\n`;
  });
  return page({
    title: `${String(info.title)} HTTP API ${String(info.version)}`,
    intro: html`${prose(info.description)}`,
    contents: [
      ...operations.map(({ id, method, path }) => ({ id, title: `\`${method.toUpperCase()} ${path}\`` })),
      { id: 'sign-in', title: 'Signing in' },
      { id: 'schemas', title: 'Schemas' },
    ],
    body: html`${groups}${signIn(reader)}${schemaSections(collectSchemas(paths, reader), reader)}`,
  });
}

/** Parameters of a path count for each of its operations. */
const operationsOf = (path: string, item: Node): Operation[] =>
  METHODS.filter((method) => item[method]).map((method) => {
    const node = item[method] as Node;
    const parameters = [...((item.parameters ?? []) as Node[]), ...((node.parameters ?? []) as Node[])];
    return {
      id: String(node.operationId),
      method,
      path,
      tag: String((node.tags as string[])[0]),
      node: { ...node, parameters },
    };
  });

function operationOf({ id, method, path, node }: Operation, reader: Reader, folder: string): Html {
  const security = (node.security as Node[]).flatMap((one) => Object.keys(one));
  return html`<article id="${id}" aria-labelledby="${id}-title"><h3 id="${id}-title">${inline(node.summary)}</h3>
<p><code>${method.toUpperCase()} ${path}</code> · operation <code>${id}</code> · sign-in: ${security.length ? codes(security) : 'none'}</p>
${prose(node.description)}${parametersOf(node, reader)}${bodyOf(node, reader, folder)}${responsesOf(node, reader)}</article>\n`;
}

function parametersOf({ parameters }: Node, reader: Reader): Html | null {
  const all = (parameters as Node[]).map((one) => reader.resolved(one));
  if (all.length === 0) return null;
  return html`<h4>Parameters</h4><dl>${all.map(
    (
      one,
    ) => html`<dt><code>${String(one.name)}</code> in ${String(one.in)}${one.required ? ' (required)' : ''}: ${summary(one.schema, reader)}</dt>
<dd>${inline(one.description)}</dd>\n`,
  )}</dl>`;
}

function bodyOf({ requestBody }: Node, reader: Reader, folder: string): Html | null {
  if (!requestBody) return null;
  const { content } = reader.resolved(requestBody) as { content: Record<string, Node> };
  return html`<h4>Body</h4>${Object.entries(content).map(
    ([type, media]) => html`<p><code>${type}</code></p>${described(media.schema, reader)}${examplesOf(media, folder)}`,
  )}`;
}

function examplesOf({ example, examples }: Node, folder: string): Html[] {
  const many = Object.values((examples ?? {}) as Record<string, { value?: unknown; externalValue?: string }>);
  const values = many.map(({ value, externalValue }) =>
    externalValue ? JSON.parse(readFileSync(join(folder, externalValue), 'utf8')) : value,
  );
  return [...(example === undefined ? [] : [example]), ...values].map(sample);
}

function responsesOf({ responses }: Node, reader: Reader): Html {
  return html`<h4>Answers</h4><dl>${Object.entries(responses as Node).map(([status, node]) => {
    const { description, content, headers } = reader.resolved(node) as Record<string, Node>;
    const media = Object.entries((content ?? {}) as Record<string, Node>);
    return html`<dt>${status}: ${inline(description)}</dt><dd>${headers && html`<p>Headers: ${codes(Object.keys(headers))}</p>`}${media.map(
      ([type, { schema, example }]) =>
        html`<p><code>${type}</code></p>${type === PROBLEM ? members(schema, reader) : described(schema, reader)}${example === undefined ? null : sample(example)}`,
    )}</dd>\n`;
  })}</dl>`;
}

/** What a body is; a schema with a section of its own is only linked. */
const described = (schema: unknown, reader: Reader): Html =>
  html`<p>${summary(schema, reader)}</p>${members(schema, reader)}`;

function signIn({ document }: Reader): Html {
  const schemes = Object.entries((document.components as Record<string, Record<string, Node>>).securitySchemes ?? {});
  return html`<section aria-labelledby="sign-in"><h2 id="sign-in">Signing in</h2><dl>${schemes.map(
    ([name, one]) => html`<dt><code>${name}</code></dt><dd>${prose(one.description)}</dd>`,
  )}</dl></section>\n`;
}
