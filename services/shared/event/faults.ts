import { type Bilingual, PROBLEMS, type ProblemCode } from '../problems/index.ts';

/** One thing that is wrong with an event: where (JSON Pointer, RFC 6901) and what to do about it. */
export type Fault = { code: ProblemCode; pointer: string; message: Bilingual };

/** One fault; the message falls back to the title of its code. */
export const fault = (code: ProblemCode, pointer: string, message: Bilingual = PROBLEMS[code].title): Fault => ({
  code,
  pointer,
  message,
});

/** JSON Pointer of a path (RFC 6901: `~` and `/` are escaped). */
export const pointerOf = (path: readonly (string | number)[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
