import problems from './problems.json' with { type: 'json' };

/** A text in both languages of the platform. */
export type Bilingual = { en: string; ar: string };

/** A stable code of problems.json, the one table of every problem that is answered; docs/problems.md is its readable form. */
export type ProblemCode = keyof typeof problems;

export type ProblemEntry = { status: number; retryable: boolean; title: Bilingual; remedy: Bilingual };

/** Every code with its HTTP status, meaning and remedy. */
export const PROBLEMS: Record<ProblemCode, ProblemEntry> = problems;

/** True when `code` is in the closed list. */
export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
