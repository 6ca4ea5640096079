import type { Notification } from '../ledger/types.ts';

/** What a notice's place in its case depends on. */
export type CaseNotice = Pick<
  Notification,
  'entity' | 'subscriberId' | 'correlationId' | 'sequence' | 'eventTime' | 'acceptedAt' | 'test'
>;

/** A case of one recipient, by its key; null for a notice that belongs to none. What test keys send is a case apart. */
export const caseOf = ({ entity, subscriberId, correlationId, test }: CaseNotice): string | null =>
  correlationId === null ? null : `${test ? 'test' : 'live'} ${entity} ${subscriberId} ${correlationId}`;

/**
 * Whether `one` is newer than `other` of the same case: by `sequence` when both have one, else by the event's `time` when
 * both have one, else by when they were accepted. Both sides are always read on the same clock; equal is not newer.
 */
export function isNewer(one: CaseNotice, other: CaseNotice): boolean {
  if (one.sequence !== null && other.sequence !== null) return one.sequence > other.sequence;
  if (one.eventTime && other.eventTime) return one.eventTime > other.eventTime;
  return one.acceptedAt > other.acceptedAt;
}

/** The notices of cases that have gone out, as far as somebody told; answers whether one is superseded by them. */
export function createGone(gone: CaseNotice[] = []) {
  const cases = Map.groupBy(gone, caseOf);
  return {
    add(notice: CaseNotice): void {
      const key = caseOf(notice);
      if (key !== null) cases.set(key, [...(cases.get(key) ?? []), notice]);
    },
    supersedes(notice: CaseNotice): boolean {
      const key = caseOf(notice);
      return key !== null && (cases.get(key) ?? []).some((other) => isNewer(other, notice));
    },
  };
}
export type Gone = ReturnType<typeof createGone>;
