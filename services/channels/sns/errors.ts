import type { Reason } from '../../../contracts/status.ts';
import type { SendResult } from '../provider.ts';

/** The connection never stood, so nothing can have arrived: the message may go out again. */
export class NotSentError extends Error {
  readonly retryable = true;
  readonly code: string;
  constructor(cause: { code?: unknown; name?: unknown }) {
    super('The provider could not be reached', { cause });
    this.code = String(cause.code ?? cause.name);
  }
}

export type Failure = Exclude<SendResult, { kind: 'accepted' }>;

type Meaning =
  | { kind: 'refused'; reason: Reason; contact: 'keep' | 'dead' | 'opted_out' }
  | { kind: 'retry'; reason: Reason }
  | { kind: 'throttled' }
  | { kind: 'unknown' };

export type SnsErrorRow = { name: string; about?: RegExp; meaning: Meaning };

const refused = (reason: Reason, contact: 'keep' | 'dead' | 'opted_out' = 'keep'): Meaning => ({
  kind: 'refused',
  reason,
  contact,
});
const misconfigured: Meaning = { kind: 'retry', reason: 'provider_misconfigured' };
const unavailable: Meaning = { kind: 'retry', reason: 'provider_unavailable' };
const throttled: Meaning = { kind: 'throttled' };

const all = (meaning: Meaning, ...names: string[]): SnsErrorRow[] => names.map((name) => ({ name, meaning }));

/**
 * SNS errors by name, without the SDK's `Exception` ending; the first row that fits wins. A contact is only given up
 * when the message says that the contact is at fault: a wrong sender id or application is also `InvalidParameter`,
 * and must not empty the register.
 */
export const SNS_ERRORS: readonly SnsErrorRow[] = [
  { name: 'OptedOut', meaning: refused('opted_out', 'opted_out') },
  { name: 'InvalidParameter', about: /opted out/i, meaning: refused('opted_out', 'opted_out') },
  { name: 'InvalidParameter', about: /phone ?number/i, meaning: refused('invalid_number', 'dead') },
  { name: 'InvalidParameter', about: /PlatformApplicationArn|SenderID|attribute/i, meaning: misconfigured },
  { name: 'InvalidParameter', about: /TargetArn|endpoint|token/i, meaning: refused('endpoint_gone', 'dead') },
  { name: 'InvalidParameter', about: /too long|size|length/i, meaning: refused('too_large') },
  { name: 'InvalidParameter', meaning: refused('provider_refused') },
  { name: 'EndpointDisabled', meaning: refused('endpoint_gone', 'dead') },
  { name: 'NotFound', about: /application/i, meaning: misconfigured },
  { name: 'NotFound', about: /endpoint/i, meaning: refused('endpoint_gone', 'dead') },
  { name: 'NotFound', meaning: misconfigured },
  ...all(refused('provider_refused'), 'InvalidParameterValue', 'ParameterValueInvalid', 'Validation', 'UserError'),
  ...all(throttled, 'Throttled', 'Throttling', 'TooManyRequests', 'RequestLimitExceeded', 'KMSThrottling'),
  ...all(misconfigured, 'AuthorizationError', 'AccessDenied', 'InvalidClientTokenId', 'UnrecognizedClient'),
  ...all(
    misconfigured,
    'SignatureDoesNotMatch',
    'IncompleteSignature',
    'MissingAuthenticationToken',
    'InvalidSecurity',
  ),
  ...all(misconfigured, 'ExpiredToken', 'RequestExpired', 'OptInRequired', 'CredentialsProviderError'),
  ...all(misconfigured, 'KMSAccessDenied', 'KMSDisabled', 'KMSInvalidState', 'KMSNotFound', 'KMSOptInRequired'),
  ...all(misconfigured, 'PlatformApplicationDisabled', 'InvalidAction'),
  ...all(unavailable, 'InternalError', 'InternalFailure', 'ServiceUnavailable'),
];

/** What an HTTP status without a known error name means. A gateway that gave up waiting (504) may have passed it on. */
export const SNS_STATUSES: readonly { from: number; to: number; meaning: Meaning }[] = [
  { from: 300, to: 399, meaning: misconfigured },
  { from: 400, to: 400, meaning: refused('provider_refused') },
  { from: 413, to: 413, meaning: refused('too_large') },
  { from: 408, to: 408, meaning: unavailable },
  { from: 429, to: 429, meaning: throttled },
  { from: 401, to: 499, meaning: misconfigured },
  { from: 504, to: 504, meaning: { kind: 'unknown' } },
  { from: 500, to: 599, meaning: unavailable },
];

type SdkError = {
  name?: string;
  code?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { statusCode?: number; headers?: Record<string, string> };
};

/**
 * Reads an error of the SNS client: by its name, else by the HTTP status, else by whether the request had left. What
 * cannot be known is `unknown`, never a blind repeat. The answer carries the error's name, never its message, in
 * which SNS repeats the telephone number.
 */
export const readSnsError = (thrown: unknown): Failure => {
  if (thrown instanceof NotSentError) return { ...unavailable, code: thrown.code };
  const error = (thrown ?? {}) as SdkError;
  const name = (error.name ?? 'Error').replace(/Exception$/, '');
  const status = error.$response?.statusCode ?? error.$metadata?.httpStatusCode ?? 0;
  const row = SNS_ERRORS.find((entry) => entry.name === name && (entry.about?.test(error.message ?? '') ?? true));
  if (row) return withWait(row.meaning, name, error);
  const byStatus = SNS_STATUSES.find(({ from, to }) => status >= from && status <= to);
  if (byStatus) return withWait(byStatus.meaning, `HTTP ${status}`, error);
  return { kind: 'unknown', code: [error.code, name].find(isCode) ?? 'Error' };
};

/** A name, not a text: what the other side makes up does not go on. */
const isCode = (code: unknown): boolean => typeof code === 'string' && /^[\w.-]{1,60}$/.test(code);

/** SNS cannot make us wait longer than this, in milliseconds. */
const LONGEST_WAIT = 3_600_000;

const withWait = (meaning: Meaning, code: string, error: SdkError): Failure => {
  const header = error.$response?.headers?.['retry-after'] ?? '';
  const seconds = /^\d+$/.test(header) ? Number(header) : 0;
  const mayWait = meaning.kind === 'retry' || meaning.kind === 'throttled';
  return mayWait && seconds > 0
    ? { ...meaning, code, retryAfterMs: Math.min(seconds * 1000, LONGEST_WAIT) }
    : { ...meaning, code };
};
