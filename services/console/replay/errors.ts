export type ReplayErrorCode =
  | 'empty_filter'
  | 'unknown_job'
  | 'wrong_state'
  | 'nothing_to_send'
  | 'count_differs'
  | 'no_reason_given'
  | 'same_person';

const SAYS: Record<ReplayErrorCode, string> = {
  empty_filter: 'Name something to look for: everything is what nobody means.',
  unknown_job: 'There is no such replay.',
  wrong_state: 'The set is still being made.',
  nothing_to_send: 'Nothing of what was found may be sent.',
  count_differs: 'The number is not the one that would be sent.',
  no_reason_given: 'Say why, in at least 8 characters; it is kept.',
  same_person: 'A second person must approve it.',
};

/** A step of a replay that is not done; `code` says why, `details` has what a message needs. */
export class ReplayError extends Error {
  readonly code: ReplayErrorCode;
  readonly retryable = false;
  readonly details: Record<string, string | number>;
  constructor(code: ReplayErrorCode, details: Record<string, string | number> = {}) {
    super(SAYS[code]);
    this.name = 'ReplayError';
    this.code = code;
    this.details = details;
  }
}
