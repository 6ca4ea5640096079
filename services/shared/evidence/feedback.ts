import { type Classification, classified, entry } from './effect.ts';

/** RFC 5965 section 7.3 and the later registrations in the IANA registry of feedback report types. */
const BY_TYPE: Record<string, Classification | null> = {
  abuse: classified('complaint', 'complaint'),
  fraud: classified('complaint', 'complaint'),
  virus: classified('complaint', 'complaint'),
  other: classified('complaint', 'complaint'),
  'not-spam': classified('not_spam'),
  // RFC 6591: about our signatures, not about the person.
  'auth-failure': null,
};

/**
 * A feedback report by its Feedback-Type. A type that is not registered is read as `other` (RFC 5965 section 3.1 lets
 * new types appear), a complaint.
 * @returns null when the report says nothing about the person.
 */
export function classifyFeedback(type: string | null | undefined): Classification | null {
  const known = entry(BY_TYPE, type?.trim().toLowerCase() ?? '');
  return known === undefined ? classified('complaint', 'complaint') : known;
}
