import { MANDATE_KINDS, MANDATE_SCOPES, type MandateKind, type MandateScope } from '../../shared/mandates.ts';
import { asciiDigits } from '../../shared/subject/digits.ts';
import { done, type Fault, invalid, type Result } from '../result.ts';
import { choiceFault, present, readObject, textFault } from './shape.ts';

export type MandateInput = {
  /** Which side the caller is. */
  as: 'principal' | 'delegate';
  kind: MandateKind;
  scope: MandateScope[];
  validUntil: Date;
};

const LONGEST_MS = 2 * 366 * 86_400_000;
const SHORTEST_MS = 3_600_000;

/** Reads an invitation: `{as, kind, scope, validUntil}`; it lasts an hour at least and two years at most. */
export function readMandate(body: unknown, now: Date): Result<MandateInput> {
  const { shape, faults } = readObject(body, ['as', 'kind', 'scope', 'validUntil']);
  const all = [
    ...faults,
    ...present(
      choiceFault(shape, 'as', ['principal', 'delegate']),
      choiceFault(shape, 'kind', MANDATE_KINDS),
      scopeFault(shape.scope),
      textFault(shape, 'validUntil') ?? untilFault(String(shape.validUntil), now),
    ),
  ];
  if (all.length > 0) return invalid(all);
  const scope = MANDATE_SCOPES.filter((one) => (shape.scope as string[]).includes(one));
  const { as, kind } = shape as Pick<MandateInput, 'as' | 'kind'>;
  return done({ as, kind, scope, validUntil: new Date(String(shape.validUntil)) });
}

/** Reads `{code}`: letters and digits in any case and script, with spaces and dashes; O is 0, I and L are 1. */
export function readMandateCode(body: unknown): Result<string> {
  const { shape, faults } = readObject(body, ['code']);
  const all = faults.length > 0 ? faults : present(textFault(shape, 'code'));
  if (all.length > 0) return invalid(all);
  const code = asciiDigits(String(shape.code).slice(0, 60))
    .toUpperCase()
    .replace(/[\s\u2010-\u2015-]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{12}$/.test(code)
    ? done(code)
    : invalid([{ pointer: '/code', code: 'mandate_code_format' }]);
}

function scopeFault(value: unknown): Fault | null {
  if (value === undefined) return { pointer: '/scope', code: 'missing' };
  if (!Array.isArray(value)) return { pointer: '/scope', code: 'wrong_type' };
  if (value.length === 0) return { pointer: '/scope', code: 'missing' };
  const odd = value.findIndex((one) => !MANDATE_SCOPES.includes(one));
  return odd < 0
    ? null
    : { pointer: `/scope/${odd}`, code: typeof value[odd] === 'string' ? 'not_a_choice' : 'wrong_type' };
}

function untilFault(text: string, now: Date): Fault | null {
  const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const lasts = zoned ? new Date(text).getTime() - now.getTime() : Number.NaN;
  return lasts >= SHORTEST_MS && lasts <= LONGEST_MS ? null : { pointer: '/validUntil', code: 'mandate_until' };
}
