import { type NumberCheck, refused } from './types.ts';

/** The name of an audience or of a simulated reason: lower-case letters, digits, dash and underscore, at most 50. */
export function checkLabel(text: string): NumberCheck {
  const label = text.trim().toLowerCase();
  if (!/^[a-z0-9][a-z0-9_-]{0,49}$/.test(label))
    return refused('subject_format', 'A name here has letters a to z, digits, dashes and underscores, at most 50.');
  return { ok: true, number: label };
}
