import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { PageError } from '../../shared/web/errors.ts';

const TYPE = 'multipart/form-data';
/** What holds no text gives this: no rule takes it for anything. */
const NOT_TEXT = '\uFFFD';

/**
 * Reads a form with files (RFC 7578) of at most `limit` into plain fields: a file is the text that it holds, and empty
 * when none was chosen. Passes on PageError(400) for what is no such form, and the 413 of one that is larger.
 */
export function readUploads(limit: string): RequestHandler[] {
  const fields: RequestHandler = async (req, _res, next) => {
    if (!req.is(TYPE) || !Buffer.isBuffer(req.body)) return next();
    const read = await readFields(req.body, req.headers['content-type'] ?? '').catch(() => null);
    if (!read) return next(new PageError(400));
    req.body = read;
    next();
  };
  return [express.raw({ type: TYPE, limit }), fields];
}

/** The body is bounded and held whole, so that the reader that comes with Node will do. Rejects for what is no form. */
async function readFields(body: Buffer, type: string): Promise<Record<string, string[]>> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, value] of form) {
    fields[name] ??= [];
    fields[name].push(typeof value === 'string' ? value : await textOf(value));
  }
  return fields;
}

/** UTF-8, the mark that some editors put at the beginning left out. */
async function textOf(file: File): Promise<string> {
  const bytes = Buffer.from(await file.arrayBuffer());
  return isUtf8(bytes) ? new TextDecoder().decode(bytes) : NOT_TEXT;
}
