import type { Request } from 'express';
import { type Fault, fault, parseJson } from '../event/index.ts';
import { refusalOf } from './refuse.ts';

/**
 * The query parameters of a request as text. A parameter that is not in `names`, stands twice or carries an operator
 * (`id[$ne]`) is a 400: nothing but text reaches the database.
 */
export function readQuery<Name extends string>(req: Request, names: readonly Name[]): Partial<Record<Name, string>> {
  return readTexts(req.query as Record<string, unknown>, names, (name) => `?${name}`);
}

/** The JSON body of a request: an object of texts with the members `names`, and perhaps those in `optional`. */
export function readBody<Name extends string, Optional extends string = never>(
  req: Request,
  names: readonly Name[],
  optional: readonly Optional[] = [],
): Record<Name, string> & Partial<Record<Optional, string>> {
  const parsed = parseJson(Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0));
  if (!parsed.ok) throw refusalOf(parsed.faults);
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refusalOf([malformed('')]);
  const known: readonly (Name | Optional)[] = [...names, ...optional];
  const texts = readTexts(value as Record<string, unknown>, known, (name) => `/${name}`);
  const missing = names.filter((name) => texts[name] === undefined).map((name) => malformed(`/${name}`));
  if (missing.length) throw refusalOf(missing);
  return texts as Record<Name, string> & Partial<Record<Optional, string>>;
}

/** A whole number between `min` and `max`, or `fallback` when the parameter is absent. */
export function readNumber(
  text: string | undefined,
  { name, min, max, fallback }: { name: string; min: number; max: number; fallback: number },
): number {
  if (text === undefined) return fallback;
  const value = /^[0-9]{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw refusalOf([malformed(`?${name}`)]);
  return value;
}

function readTexts<Name extends string>(
  from: Record<string, unknown>,
  names: readonly Name[],
  placeOf: (name: string) => string,
): Partial<Record<Name, string>> {
  const bad = Object.entries(from).filter(
    ([name, value]) => !names.includes(name as Name) || typeof value !== 'string' || value.length > 1024,
  );
  if (bad.length) throw refusalOf(bad.map(([name]) => malformed(placeOf(name))));
  return from as Partial<Record<Name, string>>;
}

/** `place` is a JSON Pointer into the body, or `?name` for a parameter. */
export const malformed = (place: string): Fault => fault('bad_request', place);
