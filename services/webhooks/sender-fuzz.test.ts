import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judge } from './schedule.ts';
import { createSender } from './sender.ts';

// The same inputs at every run; FUZZ_SEED looks further.
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 20_261_125) });

const headers = { 'webhook-id': 'n_1_0', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' };
const CORPUS = [
  'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 503 x\r\nRetry-After: 99999999999\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 429 x\r\nRetry-After: Infinity\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
  'HTTP/1.1 999 x\r\n\r\n',
  'HTTP/9.9 200\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  '',
];

describe('an endpoint that answers anything at all', () => {
  let answer: Buffer = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  });
  const sender = createSender({ timeoutMs: 2_000, allowPrivate: true });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    await sender.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('gets a verdict and breaks nothing', async () => {
    const known = fc.constantFrom(...CORPUS).map((text) => Buffer.from(text, 'latin1'));
    const broken = fc.tuple(known, fc.nat(400), fc.uint8Array({ maxLength: 20 })).map(([whole, at, bytes]) => {
      const place = at % (whole.length + 1);
      return Buffer.concat([whole.subarray(0, place), Buffer.from(bytes), whole.subarray(place)]);
    });
    const any = fc.oneof(
      known,
      broken,
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(any, async (bytes) => {
        answer = bytes;
        const { status, result, retryAfterMs } = await sender.send(url, headers, '{}');
        expect(status === null || (status >= 100 && status <= 999)).toBe(true);
        expect(result).toMatch(/^(HTTP \d{3}|[A-Za-z_]{1,60})$/);
        const verdict = judge({ status, result, retryAfterMs });
        expect(verdict.kind === 'failed' ? verdict.restMs : 0).toBeLessThanOrEqual(3_600_000);
      }),
      { numRuns: 200, examples: CORPUS.map((text) => [Buffer.from(text, 'latin1')] as [Buffer]) },
    );
  }, 60_000);
});
