import { checkBahrain } from './bahrain.ts';
import { checkCompany } from './company.ts';
import { checkEmirates } from './emirates.ts';
import { checkKuwait } from './kuwait.ts';
import { checkLabel } from './label.ts';
import { checkOman } from './oman.ts';
import { checkQatar } from './qatar.ts';
import { checkSaudi } from './saudi.ts';
import { type NumberCheck, type Refused, refused, type Scheme, type SubjectKind } from './types.ts';

export type { PersonScheme, Scheme, SubjectFault, SubjectKind } from './types.ts';

export type Subject = { ok: true; scheme: Scheme; number: string; canonical: string; kind: SubjectKind };
export type ParsedSubject = Subject | Refused;

const SCHEMES: Record<Scheme, { kind: SubjectKind; check(text: string): NumberCheck }> = {
  cpr: { kind: 'person', check: checkBahrain },
  sa: { kind: 'person', check: checkSaudi },
  ae: { kind: 'person', check: checkEmirates },
  kw: { kind: 'person', check: checkKuwait },
  om: { kind: 'person', check: checkOman },
  qa: { kind: 'person', check: checkQatar },
  company: { kind: 'company', check: checkCompany },
  audience: { kind: 'audience', check: checkLabel },
  simulator: { kind: 'simulator', check: checkLabel },
};

/**
 * Reads the subject of an event or of a sign-in, `<scheme>:<number>`, and gives its one canonical spelling.
 *
 * Accepts Arabic-Indic digits, spaces, dashes and invisible marks. `parseSubject(x.canonical)` gives `x` again.
 * A refusal has a stable `code` and a message that never repeats the number.
 */
export function parseSubject(subject: string): ParsedSubject {
  if (typeof subject !== 'string') return refused('subject_not_text', 'A subject is text, such as cpr:900100001.');
  const colon = subject.indexOf(':');
  const scheme = subject.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  if (!isScheme(scheme) || subject.length > 128)
    return refused('subject_scheme', `A subject starts with one of ${Object.keys(SCHEMES).join(', ')}, then a colon.`);
  const { kind, check } = SCHEMES[scheme];
  const checked = check(subject.slice(colon + 1));
  if (!checked.ok) return checked;
  return { ok: true, scheme, number: checked.number, canonical: `${scheme}:${checked.number}`, kind };
}

const isScheme = (text: string): text is Scheme => Object.hasOwn(SCHEMES, text);
