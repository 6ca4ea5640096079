import { PageError } from '../../../shared/web/errors.ts';
import type { Refusal, Result } from '../../result.ts';
import type { FieldError } from './types.ts';

const STOPS: Record<string, 404 | 503> = {
  contact_unknown: 404,
  notification_unknown: 404,
  link_unknown: 404,
  mandate_unknown: 404,
  unavailable: 503,
};

/** The value; a refusal that is not about what was typed ends in an error page. */
export function orStop<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new PageError(STOPS[result.code] ?? 400);
}

/**
 * What is wrong with a form, from a refusal of a use case: each fault at its field (`fields` maps JSON pointers to ids
 * of inputs), or the refusal itself at `at`. The words are `problem.<code>` in the string tables.
 */
export function errorsOf(refusal: Refusal, at: string, fields: Record<string, string> = {}): FieldError[] {
  if (STOPS[refusal.code]) throw new PageError(STOPS[refusal.code]!);
  if (refusal.faults)
    return refusal.faults.map(({ pointer, code }) => ({ field: fields[pointer] ?? at, key: `problem.${code}` }));
  const seconds = refusal.retryAfterSeconds ?? 0;
  const key = refusal.extra?.freshSent === true ? `problem.${refusal.code}.fresh` : `problem.${refusal.code}`;
  return [{ field: at, key, values: { seconds, minutes: Math.max(1, Math.ceil(seconds / 60)) } }];
}
