export type PersonScheme = 'cpr' | 'sa' | 'ae' | 'kw' | 'om' | 'qa';
export type Scheme = PersonScheme | 'company' | 'audience' | 'simulator';
export type SubjectKind = 'person' | 'company' | 'audience' | 'simulator';

export type SubjectFault =
  | 'subject_not_text'
  | 'subject_scheme'
  | 'subject_format'
  | 'subject_date'
  | 'subject_check_digit';

export type Refused = { ok: false; code: SubjectFault; message: string };

/** A scheme's answer: the number in its one stored spelling, or why it is none. The message never repeats the number. */
export type NumberCheck = { ok: true; number: string } | Refused;

export const refused = (code: SubjectFault, message: string): Refused => ({ ok: false, code, message });
