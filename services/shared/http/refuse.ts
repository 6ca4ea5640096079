import type { Fault } from '../event/index.ts';
import { PROBLEMS } from '../problems/index.ts';
import { type Problem, problem } from './problem.ts';

/** Of several faults, a missing right speaks louder than a mistake in the text. */
export function refusalOf(faults: Fault[]): Problem {
  const leading = faults.find(({ code }) => PROBLEMS[code].status === 403) ?? faults[0]!;
  return problem(leading.code, { errors: faults });
}

/** 503: nothing was accepted, and the same request may be sent again. */
export const unavailable = (): Problem => problem('unavailable', { retryAfterSeconds: 2 });
