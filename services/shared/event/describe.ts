import type { Bilingual } from '../problems/index.ts';

/** What ajv 8 says in English, and the same in Arabic; `$1` is what ajv names. The last row fits everything. */
const ARABIC: readonly [RegExp, string][] = [
  [/^must have required property '(.*)'$/s, 'السمة المطلوبة \u2068$1\u2069 غير موجودة'],
  [/^must NOT have (?:additional|unevaluated) properties$/, 'هذه السمة غير مسموح بها'],
  [/^must be equal to constant$/, 'يجب أن تساوي القيمة الثابتة في المواصفة'],
  [/^must be equal to one of the allowed values$/, 'يجب أن تكون إحدى القيم المسموح بها'],
  [/^must be (.*)$/s, 'يجب أن تكون القيمة: \u2068$1\u2069'],
  [/^must match pattern (.*)$/s, 'يجب أن تطابق النمط \u2068$1\u2069'],
  [/^must match format (.*)$/s, 'يجب أن تطابق الصيغة \u2068$1\u2069'],
  [/^must NOT have more than (\d+) characters$/, 'يجب ألا تزيد على \u2068$1\u2069 محرفاً'],
  [/^must NOT have fewer than (\d+) characters$/, 'يجب ألا تقل عن \u2068$1\u2069 محرفاً'],
  [/^must NOT have more than (\d+) (?:items|properties)$/, 'يجب ألا يزيد العدد على \u2068$1\u2069'],
  [/^must NOT have fewer than (\d+) (?:items|properties)$/, 'يجب ألا يقل العدد عن \u2068$1\u2069'],
  [/^.*$/s, 'القيمة غير صحيحة'],
];

/**
 * A schema fault for a reader: the member it is about and what is wrong, in both languages. The values of the event
 * are never repeated, only what the schema says.
 */
export function describe(message: string, name: string): Bilingual {
  const [pattern, arabic] = ARABIC.find(([candidate]) => candidate.test(message))!;
  return { en: `${name}: ${message}.`, ar: `\u2068${name}\u2069: ${message.replace(pattern, arabic)}.` };
}
