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

  it.each<[number, object]>([
    [199, { kind: 'unknown' }],
    [299, { kind: 'accepted' }],
    [300, misconfigured],
    [399, misconfigured],
    [405, keep('provider_refused')],
    [407, keep('provider_refused')],
    [499, keep('provider_refused')],
    [599, { kind: 'unknown' }],
    [600, { kind: 'unknown' }],
  ])('are told by their status at its borders too: %i', (status, meaning) => {
    expect(readGatewayAnswer({ status, body: '{"id":"g-1"}' })).toMatchObject(meaning);
  });

  it.each([
    'not_invalid_number',
    'invalid_number_format',
    'opted_out_before',
    'was_opted_out',
    'blocked_numbers',
    'un_blocked_number',
    'rejected_content_type',
    'too_long_ago',
    'not_too_long',
    'route_not_allowed_yet',
    'a_route_not_allowed',
    'rate_limited_plan',
    'not_rate_limited',
  ])('with a code that only resembles a known one keep the contact, and wait for nothing: %s', (code) => {
    expect(readGatewayAnswer({ status: 422, body: error(code) })).toMatchObject({ ...keep('provider_refused'), code });
  });

  it.each(['unavailable_route', 'not_unavailable', 'maintenance_over', 'no_maintenance'])(
    'of the server with a code that only resembles a known one are unknown: %s',
    (code) => {
      expect(readGatewayAnswer({ status: 500, body: error(code) })).toMatchObject({ kind: 'unknown', code });
    },
  );

  it.each([
    ['""', null],
    ['7', null],
    [`"${'g'.repeat(256)}"`, 'g'.repeat(256)],
    [`"${'g'.repeat(257)}"`, null],
  ])('name a message by a text of some length: %#', (id, providerRef) => {
    const result = readGatewayAnswer({ status: 202, body: `{"id":${id}}` });
    expect(result).toMatchObject(providerRef ? { kind: 'accepted', providerRef } : { kind: 'unknown' });
  });

  it.each([
    ['"Invalid_Number"', null],
    ['"1_code"', null],
    ['"a code"', null],
    ['7', null],
    [`"${'c'.repeat(41)}"`, 'c'.repeat(41)],
    [`"${'c'.repeat(42)}"`, null],
  ])('have a code only where it is one: %s', (code, known) => {
    const body = `{"error":{"code":${code}}}`;
    expect(readGatewayAnswer({ status: 400, body })).toMatchObject({ code: known ?? 'HTTP 400' });
  });

  it('of a duplicate with any other code are no message taken', () => {
    for (const code of ['duplicate_reference_x', 'a_duplicate_reference'])
      expect(readGatewayAnswer({ status: 409, body: `{"id":"g-1","error":{"code":"${code}"}}` }).kind).toBe('refused');
  });

  it.each([
    ['7', 7_000],
    ['0', undefined],
    ['999999', 3_600_000],
    ['soon', undefined],
    ['7 seconds', undefined],
    ['in 7', undefined],
    [undefined, undefined],
  ])('wait as long as Retry-After %s asks, an hour at most', (retryAfter, retryAfterMs) => {
    const { retryAfterMs: wait } = readGatewayAnswer({ status: 429, body: '', retryAfter }) as {
      retryAfterMs?: number;
    };
    expect(wait).toBe(retryAfterMs);
    expect(readGatewayAnswer({ status: 503, body: '', retryAfter })).toEqual({
      ...{ ...unavailable, code: 'HTTP 503' },
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  });

  it('never carry on a code that is none', () => {
    const body = JSON.stringify({ error: { code: '+97336001234 unknown' } });
    expect(readGatewayAnswer({ status: 400, body })).toMatchObject({ code: 'HTTP 400' });
  });
});
