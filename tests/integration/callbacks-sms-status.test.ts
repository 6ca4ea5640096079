import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Body, json, KEY, startCallbacks } from './callbacks/harness.ts';

let callbacks: Awaited<ReturnType<typeof startCallbacks>>;

beforeEach(async () => {
  callbacks = await startCallbacks();
});
afterEach(() => callbacks.stop());

const record = (messageId: string, status: string, providerResponse: string) => ({
  notification: { messageId, timestamp: '2026-11-24 09:00:00.500' },
  delivery: { destination: '+97336001234', providerResponse, dwellTimeMs: 599 },
  status,
});
const firehose = (...records: unknown[]) => {
  const logEvents = records.map((item, id) => ({ id: String(id), timestamp: 1, message: JSON.stringify(item) }));
  const data = gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents })).toString('base64');
  return JSON.stringify({ requestId: 'r-1', timestamp: 1, records: [{ data }] });
};
const withKey = { 'x-amz-firehose-access-key': KEY, 'x-amz-firehose-request-id': 'r-1' };
const postStatus = (body: Body, headers: Record<string, string> = withKey) =>
  callbacks.post('/callbacks/sns-sms-status', body, { 'content-type': 'application/json', ...headers });

describe('POST /callbacks/sns-sms-status', () => {
  it('publishes the status of every message in the request at once and answers as Firehose asks', async () => {
    const body = firehose(
      record('m-1', 'SUCCESS', 'Message has been accepted by phone carrier'),
      record('m-2', 'FAILURE', 'Phone number is opted out'),
    );
    const answer = await postStatus(body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('content-length')).not.toBeNull();
    expect(await answer.json()).toEqual({ requestId: 'r-1', timestamp: expect.any(Number) });
    expect(callbacks.sink.published).toHaveLength(1);
    expect(callbacks.sink.receipts()).toMatchObject([
      { providerRef: 'm-1', kind: 'delivered', occurredAt: '2026-11-24T09:00:00.500Z' },
      { providerRef: 'm-2', kind: 'opted_out', reason: 'opted_out' },
    ]);
    expect(JSON.stringify(callbacks.sink.published)).not.toContain('97336001234');
  });

  it('gives the same ids when Firehose repeats the request, also compressed', async () => {
    const body = firehose(record('m-1', 'SUCCESS', ''));
    await postStatus(body);
    const zipped = new Uint8Array(gzipSync(body));
    expect((await postStatus(zipped, { ...withKey, 'content-encoding': 'gzip' })).status).toBe(200);
    const [first, second] = callbacks.sink.receipts();
    expect(second?.id).toBe(first?.id);
  });

  it.each([
    ['no key', {}],
    ['a wrong key', { 'x-amz-firehose-access-key': `${KEY}x` }],
    ['an empty key', { 'x-amz-firehose-access-key': '' }],
  ])('refuses %s with 401 in Firehose’s form', async (_what, headers) => {
    const answer = await postStatus(firehose(record('m-1', 'SUCCESS', '')), {
      ...headers,
      'x-amz-firehose-request-id': 'r-9',
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({
      requestId: 'r-9',
      timestamp: expect.any(Number),
      errorMessage: expect.any(String),
    });
    expect(callbacks.sink.published).toEqual([]);
  });

  it('lets the second key in while keys are changed', async () => {
    const answer = await postStatus(firehose(), { 'x-amz-firehose-access-key': 'next' });
    expect(answer.status).toBe(200);
  });

  it.each([
    ['what is no JSON', () => '{', 400],
    ['another shape', () => '{"requestId":"r-1","records":7}', 400],
    [
      'a bomb in a record',
      () => JSON.stringify({ records: [{ data: gzipSync(Buffer.alloc(40_000_000)).toString('base64') }] }),
      413,
    ],
    ['too long a body', () => 'x'.repeat(9_000_000), 413],
  ])('refuses %s in Firehose’s form', async (_what, body, status) => {
    const answer = await postStatus(body());
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { requestId: 'r-1', timestamp: expect.any(Number), errorMessage: expect.any(String) },
    ]);
  });

  it('refuses a compressed body that unpacks to more than the limit', async () => {
    const zipped = new Uint8Array(gzipSync(Buffer.alloc(40_000_000)));
    const answer = await postStatus(zipped, { ...withKey, 'content-encoding': 'gzip' });
    expect([answer.status, (await json(answer)).requestId]).toEqual([413, 'r-1']);
  });

  it('answers 503 while the broker is down, so that Firehose comes again', async () => {
    callbacks.sink.down = true;
    const answer = await postStatus(firehose(record('m-1', 'SUCCESS', '')));
    expect([answer.status, (await json(answer)).requestId]).toEqual([503, 'r-1']);
  });

  it('answers no input with a throw or a 5xx', async () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => firehose(value)),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        expect((await postStatus(body)).status).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
    callbacks.sink.receipts();
  });
});
