import type { Request } from 'express';
import { PageError } from './errors.ts';

export type Input = {
  query: Record<string, string>;
  fields: Record<string, string>;
  list(field: string): string[];
};

/** What came in with a request, as plain text. Throws PageError(400) for anything else. */
export function readInput(req: Request): Input {
  const body = plainFields((req.body ?? {}) as Record<string, unknown>);
  const query = singleValues(req.query as Record<string, unknown>);
  return { fields: lastOf(body), list: (field) => body[field] ?? [], query };
}

/** The path behind base and language, such as `/contacts`; `/` for the first page. */
export function pathOf({ originalUrl }: Request, code: string, base = ''): string {
  return (originalUrl.split('?')[0] ?? '').slice(base.length + code.length + 1).replace(/\/+$/, '') || '/';
}

export const paramsOf = ({ params }: Request): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));

/** `?a[$ne]=x`, `?a.b=` and `?a=1&a=2` are refused: nothing but plain text reaches a query. */
function singleValues(query: Record<string, unknown>): Record<string, string> {
  for (const [name, value] of Object.entries(query))
    if (typeof value !== 'string' || !/^[A-Za-z_-]{1,40}$/.test(name)) throw new PageError(400);
  return query as Record<string, string>;
}

const lastOf = (body: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(body).map(([name, values]) => [name, values.at(-1) ?? '']));

/** Fields of a form as lists of text. */
function plainFields(body: Record<string, unknown>): Record<string, string[]> {
  const pairs = Object.entries(body).map(([name, value]) => {
    const values = [value].flat();
    if (!/^[\w.:*-]{1,100}$/.test(name) || !values.every((one) => typeof one === 'string')) throw new PageError(400);
    return [name, values as string[]] as const;
  });
  return Object.fromEntries(pairs);
}
