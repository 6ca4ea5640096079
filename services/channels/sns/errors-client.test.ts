import { describe, expect, it } from '@jest/globals';
import { NotSentError, readSnsError } from './errors.ts';

const misconfigured = { kind: 'retry', reason: 'provider_misconfigured' };
const unavailable = { kind: 'retry', reason: 'provider_unavailable' };
const answered = (statusCode: number, more: object = {}) => ({ name: 'New', $response: { statusCode, ...more } });

describe('an error of the SNS client', () => {
  it.each<[number, object]>([
    [299, { kind: 'unknown' }],
    [300, misconfigured],
    [399, misconfigured],
    [400, { kind: 'refused', reason: 'provider_refused', contact: 'keep' }],
    [401, misconfigured],
    [407, misconfigured],
    [408, unavailable],
    [409, misconfigured],
    [413, { kind: 'refused', reason: 'too_large', contact: 'keep' }],
    [429, { kind: 'throttled' }],
    [499, misconfigured],
    [500, unavailable],
    [503, unavailable],
    [504, { kind: 'unknown' }],
    [505, unavailable],
    [599, unavailable],
    [600, { kind: 'unknown' }],
  ])('of a name that nobody knows is read by its status: %i', (status, meaning) => {
    expect(readSnsError(answered(status))).toMatchObject(meaning);
    expect(readSnsError({ name: 'New', $metadata: { httpStatusCode: status } })).toMatchObject(meaning);
  });

  it('that came before a connection stood sent nothing, and says what it was', () => {
    const error = new NotSentError({ code: 'ECONNREFUSED' });
    expect(error).toMatchObject({ message: expect.stringMatching(/reached/), retryable: true });
    expect(readSnsError(error)).toEqual({ ...unavailable, code: 'ECONNREFUSED' });
    expect(readSnsError(new NotSentError({ name: 'TimeoutError' }))).toEqual({ ...unavailable, code: 'TimeoutError' });
  });

  it.each<[object | null | undefined, string]>([
    [{ name: 'TimeoutError', code: 'ECONNRESET' }, 'ECONNRESET'],
    [{ name: 'AbortError' }, 'AbortError'],
    [{ name: 'AbortError', code: 20 }, 'AbortError'],
    [{ name: 'SomeException' }, 'Some'],
    [{ name: 'ExceptionOfSome' }, 'ExceptionOfSome'],
    [{}, 'Error'],
    [null, 'Error'],
    [undefined, 'Error'],
    [{ name: 'to +97336001234' }, 'Error'],
    [{ name: '<b>' }, 'Error'],
    [{ name: 'x!' }, 'Error'],
    [{ name: '' }, 'Error'],
    [{ name: 'x'.repeat(60) }, 'x'.repeat(60)],
    [{ name: 'x'.repeat(61) }, 'Error'],
  ])('without an answer leaves open whether it was sent, under a name and never a text: %j', (thrown, code) => {
    expect(readSnsError(thrown)).toEqual({ kind: 'unknown', code });
  });

  it('is read by its name only where its words fit, also when it has none', () => {
    expect(readSnsError({ ...answered(400), name: 'InvalidParameter', message: 'PhoneNumber' })).toMatchObject({
      ...{ reason: 'invalid_number', contact: 'dead' },
    });
    expect(readSnsError({ ...answered(400), name: 'InvalidParameter' })).toMatchObject({
      ...{ reason: 'provider_refused', contact: 'keep' },
    });
  });

  it.each<[string, number | undefined]>([
    ['7', 7_000],
    ['0', undefined],
    ['999999', 3_600_000],
    ['7 seconds', undefined],
    ['in 7', undefined],
    ['-7', undefined],
  ])('lets itself be repeated after Retry-After %s, an hour at most', (retryAfter, retryAfterMs) => {
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    const more = { headers: { 'retry-after': retryAfter } };
    expect(readSnsError(answered(429, more))).toEqual({ kind: 'throttled', code: 'HTTP 429', ...wait });
    expect(readSnsError(answered(503, more))).toEqual({ ...unavailable, code: 'HTTP 503', ...wait });
    expect(readSnsError(answered(413, more))).not.toHaveProperty('retryAfterMs');
    expect(readSnsError(answered(504, more))).not.toHaveProperty('retryAfterMs');
  });
});
