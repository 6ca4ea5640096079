import type { ProblemCode } from '../shared/problems/index.ts';

/** One fault of the input; `pointer` is a JSON Pointer (RFC 6901), or `?name` for a query parameter. */
export type Fault = { pointer: string; code: ProblemCode };

/** An expected "no". It has no HTTP in it: pages and the API each say it their own way. */
export type Refusal = {
  ok: false;
  code: ProblemCode;
  faults?: Fault[];
  retryAfterSeconds?: number;
  extra?: Record<string, unknown>;
};

export type Result<T> = { ok: true; value: T } | Refusal;

export const done = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });

export const refuse = (code: ProblemCode, more: Omit<Refusal, 'ok' | 'code'> = {}): Refusal => ({
  ok: false,
  code,
  ...more,
});

export const invalid = (faults: Fault[]): Refusal => refuse('invalid_request', { faults });
