import express, { type RequestHandler } from 'express';
import { problem, tooLarge } from './problem.ts';

/**
 * Reads the body as bytes, decompressed, up to `limit` bytes: a body that only compresses small is refused like any
 * other. Faults of reading become problems with codes of our own list.
 */
export function readBytes(limit: number): RequestHandler {
  const read = express.raw({ type: () => true, limit });
  return (req, res, next) =>
    read(req, res, (error?: unknown) => {
      const { status, type } = (error ?? {}) as { status?: number; type?: string };
      if (status === 413) next(tooLarge(limit, 'bytes'));
      else if (status === 415)
        next(problem(type === 'encoding.unsupported' ? 'unsupported_encoding' : 'unsupported_media_type'));
      else if (status !== undefined && status < 500) next(problem('bad_request'));
      else next(error);
    });
}
