import { type Problem, type ProblemFault, problem } from '../shared/http/problem.ts';
import { PROBLEMS } from '../shared/problems/index.ts';
import type { Fault, Refusal } from './result.ts';

/** The problem document (RFC 9457) of a refusal, with all its faults at once. */
export function problemOf({ code, faults, retryAfterSeconds, extra }: Refusal): Problem {
  // A fault of type is the caller's program (400); all others are what the person typed (422).
  const program = faults?.some((fault) => PROBLEMS[fault.code].status === 400);
  return problem(code, {
    ...(program && { status: 400 }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(faults && { errors: faults.map(described) }),
    ...(extra && { extra }),
  });
}

const described = ({ pointer, code }: Fault): ProblemFault => ({ pointer, code, message: PROBLEMS[code].title });
