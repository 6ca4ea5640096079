import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { takeBounce } from '../../services/ingest/callbacks/bounce-listener.ts';
import { createReceiptMaker } from '../../services/ingest/callbacks/receipt.ts';
import { signGateway } from '../../services/shared/gateway-signature.ts';
import { createSink, DELIVERY, GATEWAY_KEY, KEY, startCallbacks } from './callbacks/harness.ts';

// The same inputs at every run; FUZZ_SEED looks further.
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 20_261_125) });

const FIXTURES = join(import.meta.dirname, '..', '..', 'services', 'ingest', 'callbacks', 'fixtures');
const filesOf = (folder: string) =>
  readdirSync(join(FIXTURES, folder)).map((file) => readFileSync(join(FIXTURES, folder, file)));
const MAILS = filesOf('mail');

/** A known text with a piece cut out, doubled or put in, which gets further into a parser than noise does. */
const mangled = (corpus: readonly Buffer[]) =>
  fc
    .tuple(fc.constantFrom(...corpus), fc.nat(), fc.nat(60), fc.uint8Array({ maxLength: 30 }), fc.boolean())
    .map(([whole, at, length, bytes, twice]) => {
      const place = at % (whole.length + 1);
      const rest = whole.subarray(twice ? Math.max(0, place - length) : place + length);
      return Buffer.concat([whole.subarray(0, place), Buffer.from(bytes), rest]);
    });
const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));

/** JSON of roughly a known shape: any value may stand anywhere. */
const like = (shape: unknown): fc.Arbitrary<unknown> => {
  if (typeof shape !== 'object' || shape === null)
    return fc.oneof({ weight: 3, arbitrary: fc.constant(shape) }, fc.jsonValue());
  if (Array.isArray(shape)) return fc.oneof(fc.tuple(...shape.map(like)), fc.array(fc.jsonValue(), { maxLength: 3 }));
  const members = Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, like(value)]));
  return fc.oneof({ weight: 5, arbitrary: fc.record(members, { requiredKeys: [] }) }, fc.jsonValue());
};

const MAIL = {
  timestamp: '2026-11-25T10:00:00Z',
  messageId: 'm',
  tags: { delivery: [DELIVERY] },
  headers: [],
  destination: ['a@example.com'],
};
const SES = [
  {
    eventType: 'Bounce',
    mail: MAIL,
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      timestamp: 'x',
      feedbackId: 'f',
      bouncedRecipients: [{ emailAddress: 'a@example.com', status: '5.1.1', diagnosticCode: 'x' }],
    },
  },
  {
    notificationType: 'Complaint',
    mail: MAIL,
    complaint: {
      complaintFeedbackType: 'abuse',
      timestamp: 'x',
      complainedRecipients: [{ emailAddress: 'a@example.com' }],
    },
  },
  { eventType: 'Delivery', mail: MAIL, delivery: { timestamp: 'x', recipients: ['a@example.com'] } },
];
const STATUS = {
  notification: { messageId: 'm', timestamp: '2026-11-25 10:00:00.1' },
  delivery: { destination: '+97336001234', providerResponse: 'x', dwellTimeMs: 1 },
  status: 'FAILURE',
};
const REPORT = {
  id: 'g',
  reference: DELIVERY,
  status: 'undelivered',
  reason: 'opted_out',
  at: '2026-11-25T10:00:00Z',
  part: 1,
  parts: 2,
};

describe('anything at all', () => {
  let stage: Awaited<ReturnType<typeof startCallbacks>>;
  beforeAll(async () => {
    stage = await startCallbacks();
  });
  afterAll(() => stage?.stop());

  /** No 5xx, nothing of our insides, and every receipt that came of it fulfils its contract. */
  async function expectCalm(answer: Response): Promise<void> {
    const text = await answer.text();
    expect([answer.status < 500, answer.status, text]).toEqual([true, answer.status, text]);
    expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules|services\//);
    stage.sink.receipts();
    stage.sink.published.length = 0;
  }
  const asText = (value: unknown) => JSON.stringify(value) ?? '';

  it('signed by SNS, about mail', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(...SES.map(like)), async (content) => {
        await expectCalm(await stage.post('/callbacks/sns', JSON.stringify(stage.sender.notification(content))));
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('at the door of SNS, signed by nobody', async () => {
    const envelope = stage.sender.notification({ a: 1 });
    const body = fc.oneof(like(envelope).map(asText), mangled([Buffer.from(JSON.stringify(envelope))]), noise);
    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        const sent = typeof bytes === 'string' ? bytes : new Uint8Array(bytes);
        const answer = await stage.post('/callbacks/sns', sent);
        expect(answer.status).toBeGreaterThanOrEqual(200);
        await expectCalm(answer);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('from Firehose with the right key', async () => {
    const pack = (value: unknown, zip: boolean) => {
      const bytes = Buffer.from(typeof value === 'string' ? value : asText(value));
      return (zip ? gzipSync(bytes) : bytes).toString('base64');
    };
    const log = {
      messageType: 'DATA_MESSAGE',
      logEvents: [{ id: '1', timestamp: 1_764_000_000_000, message: JSON.stringify(STATUS) }],
    };
    const parcel = fc
      .tuple(fc.oneof(like(STATUS), like(log), fc.string()), fc.boolean())
      .map(([value, zip]) => pack(value, zip));
    const broken = fc.tuple(parcel, fc.nat(100)).map(([text, at]) => text.slice(0, at));
    const records = fc.array(
      fc.oneof(parcel, broken, fc.string()).map((data) => ({ data })),
      { maxLength: 4 },
    );
    const body = fc.oneof(
      fc
        .record({ requestId: fc.jsonValue(), timestamp: fc.jsonValue(), records: fc.oneof(records, fc.jsonValue()) })
        .map(asText),
      parcel.map((data) => JSON.stringify({ awslogs: { data } })),
      noise,
    );
    const headers = { 'x-amz-firehose-access-key': KEY, 'content-type': 'application/json' };
    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        const sent = typeof bytes === 'string' ? bytes : new Uint8Array(bytes);
        await expectCalm(await stage.post('/callbacks/sns-sms-status', sent, headers));
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('from the gateway, well signed', async () => {
    const body = fc.oneof(
      like(REPORT).map(asText),
      like([REPORT, REPORT]).map(asText),
      mangled([Buffer.from(JSON.stringify(REPORT))]),
      noise,
    );
    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        const sent = Buffer.from(bytes as string);
        const headers = signGateway(GATEWAY_KEY, sent, Date.now());
        await expectCalm(await stage.post('/callbacks/sms-gateway', new Uint8Array(sent), headers));
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('by mail to a bounce address', async () => {
    const sink = createSink();
    const make = createReceiptMaker(sink.deps);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 4, arbitrary: mangled(MAILS) }, noise),
        fc.boolean(),
        async (raw, nullSender) => {
          await takeBounce({ raw, deliveryIds: [DELIVERY], nullSender, make, deps: sink.deps });
          sink.receipts();
          sink.published.length = 0;
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});
