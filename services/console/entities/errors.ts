import type { Fault } from '../../../templates/check/fault.ts';

export type EntityErrorCode =
  | 'unknown_entity'
  | 'platform'
  | 'exists'
  | 'faults'
  | 'unknown_version'
  | 'no_files'
  | 'same'
  | 'changed_meanwhile'
  | 'no_lanes'
  | 'because_short'
  | 'broker_refuses'
  | 'unknown_key';

/** Why something about an entity was not done; nothing was changed. `faults` says what is wrong with a package. */
export class EntityError extends Error {
  override name = 'EntityError';
  readonly retryable = false;
  readonly code: EntityErrorCode;
  readonly faults: Fault[];

  constructor(code: EntityErrorCode, message: string, faults: Fault[] = []) {
    super(message);
    this.code = code;
    this.faults = faults;
  }
}
