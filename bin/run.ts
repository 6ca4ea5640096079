import type { Context } from './context.ts';
import type { ExitCode } from './exit.ts';

/** Wraps what a command does, so that its exit code reaches the process. */
export type Run = <A extends unknown[]>(
  work: (context: Context, ...args: A) => Promise<ExitCode> | ExitCode,
) => (...args: A) => Promise<void>;
