import { isReason } from '../../../contracts/status.ts';
import { parseSubject, type Subject } from '../subject/index.ts';
import { type Fault, fault } from './faults.ts';

/** Whom an event names; `canonical` is what identities are built from. */
export type EventSubject = Omit<Subject, 'ok'>;

export type SubjectReading = { ok: true; subject: EventSubject } | { ok: false; fault: Fault };

/**
 * Reads the subject of an event: a national number or a company (their digits are checked), an audience's segment, or
 * `simulator:<reason>` with a reason of contracts/reasons.json or `delivered`. Null when it is not text.
 */
export function readSubject(value: unknown): SubjectReading | null {
  if (typeof value !== 'string') return null;
  const parsed = parseSubject(value);
  if (!parsed.ok) return { ok: false, fault: fault('bad_subject', '/subject') };
  const { kind, scheme, number, canonical } = parsed;
  if (kind === 'simulator' && number !== 'delivered' && !isReason(number)) {
    return { ok: false, fault: fault('bad_subject', '/subject') };
  }
  return { ok: true, subject: { kind, scheme, number, canonical } };
}
