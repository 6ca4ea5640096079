import { describe, expect, it } from '@jest/globals';
import { GATEWAY_ANSWERS, readGatewayAnswer } from './gateway-answers.ts';

const keep = (reason: string) => ({ kind: 'refused', reason, contact: 'keep' });
const misconfigured = { kind: 'retry', reason: 'provider_misconfigured' };
const unavailable = { kind: 'retry', reason: 'provider_unavailable' };
const error = (code: string) => JSON.stringify({ error: { code, message: 'words about +97336001234' } });

/** Answers as the gateway writes them: status, body, and what they mean for us. */
const table: [status: number, body: string, meaning: object][] = [
  [202, '{"id":"g-1"}', { kind: 'accepted', providerRef: 'g-1', code: null }],
  [200, '{"id":"g-1"}', { kind: 'accepted', providerRef: 'g-1' }],
  [202, '{"status":"accepted"}', { kind: 'unknown', code: 'NoMessageId' }],
  [202, '<html>', { kind: 'unknown' }],
  [202, 'null', { kind: 'unknown' }],
  [204, '', { kind: 'unknown' }],
  [302, '', misconfigured],
  [409, '{"id":"g-1","error":{"code":"duplicate_reference"}}', { kind: 'accepted', providerRef: 'g-1' }],
  [409, error('duplicate_reference'), { kind: 'unknown' }],
  [422, error('invalid_number'), { kind: 'refused', reason: 'invalid_number', contact: 'dead' }],
  [422, error('opted_out'), { kind: 'refused', reason: 'opted_out', contact: 'opted_out' }],
  [403, error('blocked_number'), keep('blocked_by_carrier')],
  [422, error('rejected_content'), keep('rejected_content')],
  [422, error('too_long'), keep('too_large')],
  [403, error('sender_not_allowed'), misconfigured],
  [402, error('insufficient_credit'), misconfigured],
  [422, error('route_not_allowed'), misconfigured],
  [409, error('reference_in_use'), misconfigured],
  [400, error('rate_limited'), { kind: 'throttled', code: 'rate_limited' }],
  [401, error('bad_signature'), misconfigured],
  [402, '', misconfigured],
  [403, '', misconfigured],
  [404, '', misconfigured],
  [408, '', unavailable],
  [413, '', keep('too_large')],
  [429, '', { kind: 'throttled', code: 'HTTP 429' }],
  [400, error('invalid_request'), keep('provider_refused')],
  [422, error('something_new'), keep('provider_refused')],
  [500, error('unavailable'), unavailable],
  [502, error('maintenance'), unavailable],
  [503, '', unavailable],
  [500, error('internal'), { kind: 'unknown', code: 'internal' }],
  [502, '', { kind: 'unknown', code: 'HTTP 502' }],
  [504, '', { kind: 'unknown' }],
  [100, '', { kind: 'unknown' }],
];

describe('answers of the SMS gateway', () => {
  it.each(table)('%s %s', (status, body, meaning) => {
    const result = readGatewayAnswer({ status, body });
    expect(result).toMatchObject(meaning);
    expect(JSON.stringify(result)).not.toContain('97336001234');
  });

  it('have a test for each row of the table', () => {
    const used = table.map(([status, body]) => {
      const code = /"code":"(\w+)"/.exec(body)?.[1] ?? '';
      return GATEWAY_ANSWERS.find((row) => status >= row.from && status <= row.to && (row.code?.test(code) ?? true));
    });
    expect(GATEWAY_ANSWERS.filter((row) => !used.includes(row))).toEqual([]);
  });

  it.each([
    ['7', 7_000],
    ['999999', 3_600_000],
    ['soon', undefined],
    [undefined, undefined],
  ])('wait as long as Retry-After %s asks, an hour at most', (retryAfter, retryAfterMs) => {
    const { retryAfterMs: wait } = readGatewayAnswer({ status: 429, body: '', retryAfter }) as {
      retryAfterMs?: number;
    };
    expect(wait).toBe(retryAfterMs);
  });

  it('never carry on a code that is none', () => {
    const body = JSON.stringify({ error: { code: '+97336001234 unknown' } });
    expect(readGatewayAnswer({ status: 400, body })).toMatchObject({ code: 'HTTP 400' });
  });
});
