import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from '../log.ts';
import { type Bilingual, PROBLEMS, type ProblemCode } from '../problems/index.ts';
import { faultOf } from './fault.ts';

/** `pointer` is a JSON Pointer (RFC 6901) into the body, or `?name` for a query parameter. */
export type ProblemFault = { pointer: string; code: ProblemCode; message: string | Bilingual };

export type ProblemDetails = {
  status: number;
  /** Stable code; `/problems/<code>` explains it. */
  code: ProblemCode;
  title: Bilingual;
  detail?: Bilingual;
  errors?: ProblemFault[];
  retryable?: boolean;
  retryAfterSeconds?: number;
  /** More members of the document, such as `limit`. */
  extra?: Record<string, unknown>;
};

/** An answer to a bad request, thrown anywhere below an express route (RFC 9457). */
export class Problem extends Error {
  readonly details: ProblemDetails;
  readonly code: ProblemCode;
  readonly retryable: boolean;
  constructor(details: ProblemDetails) {
    super(details.title.en);
    this.name = 'Problem';
    this.details = details;
    this.code = details.code;
    this.retryable = details.retryable ?? false;
  }
}

/** A problem by its code in the one table; `extra` adds members such as `limit`. */
export function problem(code: ProblemCode, more: Partial<Omit<ProblemDetails, 'code' | 'title'>> = {}): Problem {
  const { status, retryable, title, remedy } = PROBLEMS[code];
  return new Problem({ status, code, title, detail: remedy, retryable, ...more });
}

/** 413 with the limit that was passed, and what it counts. */
export const tooLarge = (limit: number | undefined, unit: 'bytes' | 'events'): Problem =>
  problem('too_large', { extra: { limit, unit } });

/** The language of texts in an answer: Accept-Language, Arabic or English, English when neither is named. */
export const languageOf = (req: Request): 'en' | 'ar' => (req.acceptsLanguages('en', 'ar') || 'en') as 'en' | 'ar';

/** Express's last handler: every error becomes `application/problem+json`, and nothing inside shows. */
export function problemHandler({ log }: { log: Logger }): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const answer = error instanceof Problem ? error : fromExpress(error);
    if (answer.details.status >= 500) {
      log.error({
        event: 'request_failed',
        method: req.method,
        route: req.route?.path,
        ...faultOf(error),
      });
    }
    sendProblem(req, res, answer);
  };
}

/** The handler of addresses that do not exist. */
export const notFound = (): never => {
  throw problem('not_found');
};

/** Writes one problem document. */
export function sendProblem(req: Request, res: Response, { details }: Problem): void {
  const language = languageOf(req);
  const { status, code, title, detail, errors, retryable = false, retryAfterSeconds, extra } = details;
  if (retryAfterSeconds !== undefined) res.set('Retry-After', String(Math.ceil(retryAfterSeconds)));
  res.status(status).set('Content-Language', language).type('application/problem+json');
  res.send(
    JSON.stringify({
      type: `/problems/${code}`,
      title: title[language],
      status,
      code,
      retryable,
      ...(detail && { detail: detail[language] }),
      ...(errors && { errors: errors.map((fault) => ({ ...fault, message: inLanguage(fault.message, language) })) }),
      ...extra,
    }),
  );
}

const inLanguage = (message: string | Bilingual, language: 'en' | 'ar') =>
  typeof message === 'string' ? message : message[language];

// body-parser and the router mark client errors with a 4xx status; all else is ours and says nothing about itself.
function fromExpress(error: unknown): Problem {
  const { status, type, limit } = (error ?? {}) as { status?: number; type?: string; limit?: number };
  if (status === 413) return tooLarge(limit, 'bytes');
  if (status === 415)
    return problem(type === 'encoding.unsupported' ? 'unsupported_encoding' : 'unsupported_media_type');
  return problem(typeof status === 'number' && status >= 400 && status < 500 ? 'bad_request' : 'internal');
}
