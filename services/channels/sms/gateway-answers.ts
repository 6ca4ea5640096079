import type { Reason } from '../../../contracts/status.ts';
import type { SendResult } from '../provider.ts';

type Meaning =
  | { kind: 'taken' }
  | { kind: 'refused'; reason: Reason; contact: 'keep' | 'dead' | 'opted_out' }
  | { kind: 'retry'; reason: Reason }
  | { kind: 'throttled' }
  | { kind: 'unknown' };

export type GatewayAnswerRow = { from: number; to: number; code?: RegExp; meaning: Meaning };
export type GatewayAnswer = { status: number; body: string; retryAfter?: string | undefined };

const refused = (reason: Reason, contact: 'keep' | 'dead' | 'opted_out' = 'keep'): Meaning => ({
  kind: 'refused',
  reason,
  contact,
});
const unavailable: Meaning = { kind: 'retry', reason: 'provider_unavailable' };
const misconfigured: Meaning = { kind: 'retry', reason: 'provider_misconfigured' };
const refusal = (code: RegExp, meaning: Meaning): GatewayAnswerRow => ({ from: 400, to: 499, code, meaning });
const status = (from: number, to: number, meaning: Meaning): GatewayAnswerRow => ({ from, to, meaning });

/**
 * What the gateway's answers mean, by HTTP status and its own error code; the first row that fits wins. A message that
 * it has already under our reference (409) was taken. A failure without a word of its own may come from a proxy behind
 * which the message was taken, so it is unknown.
 */
export const GATEWAY_ANSWERS: readonly GatewayAnswerRow[] = [
  status(200, 299, { kind: 'taken' }),
  status(300, 399, misconfigured),
  { from: 409, to: 409, code: /^duplicate_reference$/, meaning: { kind: 'taken' } },
  refusal(/^invalid_number$/, refused('invalid_number', 'dead')),
  refusal(/^opted_out$/, refused('opted_out', 'opted_out')),
  refusal(/^blocked_number$/, refused('blocked_by_carrier')),
  refusal(/^rejected_content$/, refused('rejected_content')),
  refusal(/^too_long$/, refused('too_large')),
  refusal(/^(sender_not_allowed|insufficient_credit|route_not_allowed|reference_in_use)$/, misconfigured),
  refusal(/^rate_limited$/, { kind: 'throttled' }),
  status(401, 404, misconfigured),
  status(408, 408, unavailable),
  status(413, 413, refused('too_large')),
  status(429, 429, { kind: 'throttled' }),
  status(400, 499, refused('provider_refused')),
  { from: 500, to: 599, code: /^(unavailable|maintenance)$/, meaning: unavailable },
  status(503, 503, unavailable),
  status(500, 599, { kind: 'unknown' }),
];

/** The gateway cannot make us wait longer than this, in milliseconds. */
const LONGEST_WAIT = 3_600_000;
const CODE = /^[a-z][a-z0-9_]{0,40}$/;

/**
 * Reads an answer: JSON `{ id }` when the message was taken, `{ error: { code } }` when it was not. An answer that does
 * not say what it should leaves the outcome unknown. Only the code goes on: its words may repeat the number.
 */
export const readGatewayAnswer = (answer: GatewayAnswer): SendResult => {
  const { id, code } = readBody(answer.body);
  const row = GATEWAY_ANSWERS.find((entry) => fits(entry, answer.status, code));
  const known = code ?? `HTTP ${answer.status}`;
  if (!row) return { kind: 'unknown', code: known };
  const { meaning } = row;
  switch (meaning.kind) {
    case 'taken':
      return id === null ? { kind: 'unknown', code: 'NoMessageId' } : { kind: 'accepted', providerRef: id, code };
    case 'retry':
    case 'throttled':
      return { ...meaning, code: known, ...waitOf(answer.retryAfter) };
    default:
      return { ...meaning, code: known };
  }
};

const fits = ({ from, to, code }: GatewayAnswerRow, status: number, given: string | null): boolean =>
  status >= from && status <= to && (code?.test(given ?? '') ?? true);

const readBody = (body: string): { id: string | null; code: string | null } => {
  try {
    const { id, error } = JSON.parse(body) ?? {};
    return {
      id: typeof id === 'string' && id !== '' && id.length <= 256 ? id : null,
      code: typeof error?.code === 'string' && CODE.test(error.code) ? error.code : null,
    };
  } catch {
    return { id: null, code: null };
  }
};

/** `Retry-After` in seconds (RFC 9110, 10.2.3). */
const waitOf = (retryAfter: string | undefined): { retryAfterMs?: number } => {
  const seconds = /^\d+$/.test(retryAfter ?? '') ? Number(retryAfter) : 0;
  return seconds > 0 ? { retryAfterMs: Math.min(seconds * 1000, LONGEST_WAIT) } : {};
};
