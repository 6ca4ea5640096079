/** Characters that a reason for the record has at least: fewer mean nothing later. */
export const SHORTEST = 8;

/** A reason as it was typed, or null when it is too short to mean anything. */
export function readBecause(text: string | undefined): string | null {
  const reason = (text ?? '').replace(/\s+/g, ' ').trim().slice(0, 500);
  return reason.length < SHORTEST ? null : reason;
}
