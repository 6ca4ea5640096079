import type { ProblemCode } from '../../shared/problems/index.ts';
import type { Fault } from '../result.ts';

export type Shape = Record<string, unknown>;

/**
 * Checks that `value` is a plain object with known members only. Nothing of a request reaches a query before its type
 * was checked here: an object in place of a text is how query operators get in.
 */
export function readObject(value: unknown, known: string[], pointer = ''): { shape: Shape; faults: Fault[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { shape: {}, faults: [{ pointer, code: 'wrong_type' }] };
  const faults = Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name): Fault => ({ pointer: `${pointer}/${escaped(name)}`, code: 'unknown_member' }));
  return { shape: value as Shape, faults };
}

/** Fault of a member that must be text, `required` or left out; null when it is well. */
export function textFault(shape: Shape, name: string, { required = true, pointer = '' } = {}): Fault | null {
  const value = Object.hasOwn(shape, name) ? shape[name] : undefined;
  if (typeof value === 'string') return null;
  if (value !== undefined) return { pointer: `${pointer}/${name}`, code: 'wrong_type' };
  return required ? { pointer: `${pointer}/${name}`, code: 'missing' } : null;
}

/** Fault of a text member that must be one of `choices`. */
export function choiceFault(
  shape: Shape,
  name: string,
  choices: readonly string[],
  { required = true, pointer = '', code = 'not_a_choice' as ProblemCode } = {},
): Fault | null {
  const fault = textFault(shape, name, { required, pointer });
  if (fault || shape[name] === undefined || choices.includes(shape[name] as string)) return fault;
  return { pointer: `${pointer}/${name}`, code };
}

/** The faults that are there. */
export const present = (...faults: (Fault | null)[]): Fault[] => faults.filter((fault) => fault !== null);

/** A member name as a part of a JSON pointer (RFC 6901, section 3), cut to a length that is safe to repeat. */
export const escaped = (name: string): string => name.slice(0, 60).replaceAll('~', '~0').replaceAll('/', '~1');
