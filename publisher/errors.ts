import type { Fault } from '../services/shared/event/index.ts';

/** An event that was not published. `faults` names what is wrong with it; `retryable` says whether trying again can help. */
export class PublishError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly faults: Fault[];
  /** What the platform asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  constructor(
    code: string,
    message: string,
    more: { retryable?: boolean; faults?: Fault[]; retryAfterMs?: number } = {},
  ) {
    super(message);
    this.name = 'PublishError';
    this.code = code;
    this.retryable = more.retryable ?? false;
    this.faults = more.faults ?? [];
    this.retryAfterMs = more.retryAfterMs;
  }
}
