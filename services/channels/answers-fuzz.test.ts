import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isReason } from '../../contracts/status.ts';
import { readMailError } from './email/errors.ts';
import { parseReply, readReply } from './email/replies.ts';
import type { SendResult } from './provider.ts';
import { readPushStatus } from './push/statuses.ts';
import { readGatewayAnswer } from './sms/gateway-answers.ts';
import { readSnsError } from './sns/errors.ts';

// The same inputs at every run; FUZZ_SEED looks further.
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 20_261_125) });

const HOUR_MS = 3_600_000;
/** A word that no code of ours holds: a provider's text must not come through. */
const TEXT = 'QANARY-36001234';

/** Whatever a provider says, the answer is one of ours: a reason of the closed list, a wait that ends, no text of theirs. */
function expectOurs(result: SendResult): void {
  expect(['accepted', 'refused', 'retry', 'throttled', 'unknown']).toContain(result.kind);
  if ('reason' in result) expect(isReason(result.reason)).toBe(true);
  const { retryAfterMs = 0 } = result as { retryAfterMs?: number };
  expect(retryAfterMs >= 0 && retryAfterMs <= HOUR_MS).toBe(true);
  expect(String(result.code ?? '').length).toBeLessThan(100);
  expect(String(result.code ?? '')).not.toContain(TEXT);
}

const status = fc.oneof(fc.integer({ min: 100, max: 599 }), fc.integer());
const wait = fc.oneof(
  fc.constantFrom('Infinity', '1e99', '-5', '0', 'Fri, 31 Dec 9999 23:59:59 GMT', 'Wed, 21 Oct', '9'.repeat(400)),
  fc.string(),
  fc.constant(undefined),
);
const words = fc
  .oneof(
    fc.constantFrom('user unknown', 'too many', 'spam', 'Throttling', 'InvalidParameter', 'NotFound', 'OptedOut'),
    fc.string(),
  )
  .map((word) => `${word} ${TEXT}`);

describe('anything that a provider may answer', () => {
  it('by the gateway', () => {
    const code = fc.oneof(
      fc.constantFrom('opted_out', 'rate_limited', 'unavailable', 'invalid_number'),
      words,
      fc.jsonValue(),
    );
    const body = fc.oneof(
      fc
        .record({ id: fc.jsonValue(), error: fc.oneof(fc.record({ code, message: words }), fc.jsonValue()) })
        .map((v) => JSON.stringify(v)),
      fc.json(),
      fc.string(),
    );
    fc.assert(
      fc.property(status, body, wait, (code, text, retryAfter) => {
        const result = readGatewayAnswer({ status: code, body: text, retryAfter });
        // The id of what was taken is the gateway's own.
        expectOurs(result.kind === 'accepted' ? { ...result, providerRef: 'x' } : result);
      }),
      { numRuns: 500 },
    );
  });

  it('by a push service', () => {
    fc.assert(
      fc.property(status, wait, (code, retryAfter) => expectOurs(readPushStatus(code, retryAfter, 0))),
      { numRuns: 300 },
    );
  });

  it('by a mail relay', () => {
    const stage = fc.constantFrom('session' as const, 'sender' as const, 'recipient' as const, 'message' as const);
    const line = fc.tuple(
      fc.integer({ min: 100, max: 699 }),
      fc.constantFrom(' ', '-'),
      fc.constantFrom('', '5.1.1 ', '4.2.2 ', '5.7.999 '),
      words,
    );
    const response = fc.oneof(
      line.map((parts) => parts.join('')),
      fc.string(),
    );
    const handover = fc.constantFrom('nothing' as const, 'part' as const, 'all' as const);
    const command = fc.constantFrom('MAIL FROM', 'RCPT TO', 'DATA', 'CONN', undefined);
    fc.assert(
      fc.property(stage, response, handover, command, (where, text, how, asked) => {
        const reply = parseReply(where, text);
        const read = reply && readReply(reply);
        if (read) expectOurs(read);
        expectOurs(readMailError({ code: 'ESOCKET', command: asked, response: text }, how));
      }),
      { numRuns: 500 },
    );
  });

  it('by SNS', () => {
    const name = fc.constantFrom(
      'InvalidParameterException',
      'NotFoundException',
      'ThrottledException',
      'InternalError',
      'TimeoutError',
      'x',
    );
    fc.assert(
      fc.property(name, words, status, wait, (called, message, statusCode, retryAfter) => {
        const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
        const thrown = {
          name: called,
          message,
          $response: { statusCode, headers },
          $metadata: { httpStatusCode: statusCode },
        };
        expectOurs(readSnsError(thrown));
      }),
      { numRuns: 500 },
    );
    for (const thrown of [undefined, null, 'text', 5, new Error(TEXT), { name: TEXT.repeat(40) }])
      expectOurs(readSnsError(thrown));
  });
});
