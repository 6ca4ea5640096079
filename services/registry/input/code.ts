import { compactDigits } from '../../shared/subject/digits.ts';
import { done, invalid, type Result } from '../result.ts';
import { present, readObject, textFault } from './shape.ts';

/** Reads `{code}`: six digits in any script, with spaces and dashes as people copy them. */
export function readCode(body: unknown): Result<string> {
  const { shape, faults } = readObject(body, ['code']);
  const all = faults.length > 0 ? faults : present(textFault(shape, 'code'));
  if (all.length > 0) return invalid(all);
  const code = compactDigits(String(shape.code).slice(0, 60));
  return /^[0-9]{6}$/.test(code) ? done(code) : invalid([{ pointer: '/code', code: 'code_format' }]);
}
