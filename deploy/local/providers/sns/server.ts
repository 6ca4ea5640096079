import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerHttp, type Chaos, type HttpReply } from '../chaos.ts';
import { listenHttp, readBody } from '../http.ts';
import type { Outbox } from '../outbox.ts';
import type { Log, Timing } from '../types.ts';
import { createActions } from './actions.ts';
import { createFirehose } from './firehose.ts';
import { errorXml, resultXml, SnsError } from './query.ts';

const REGION = 'me-south-1';
// SNS takes messages of 256 KiB; percent-encoded Arabic grows threefold.
const BODY_BYTES = 1024 * 1024;

type SnsServerDeps = {
  host: string;
  port?: number;
  outbox: Outbox;
  chaos: Chaos;
  timing: Timing;
  firehoseAccessKey: string;
  statusUrl(): string | undefined;
  log: Log;
};

/** Speaks Amazon SNS's query protocol as the AWS SDK sends it. The signature is required, but not verified. */
export async function startSnsServer(deps: SnsServerDeps) {
  const { host, port, outbox, chaos, timing, log } = deps;
  const firehose = createFirehose({ url: deps.statusUrl, accessKey: deps.firehoseAccessKey, region: REGION, log });
  const act = createActions({
    region: REGION,
    outbox,
    receiptMs: timing.receiptMs,
    report: firehose.add,
    sentNumbers: () => outbox.sms().map((item) => item.to),
  });

  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request, BODY_BYTES);
    const form = new URLSearchParams(body?.toString('utf8') ?? '');
    const action = form.get('Action') ?? '';
    const requestId = randomUUID();
    const refuse = (error: SnsError) => errorXml(error, requestId);
    const mode = action !== 'Publish' ? 'ok' : chaos.mode(form.has('PhoneNumber') ? 'sms' : 'push');
    await answerHttp(request, response, {
      mode,
      slowMs: timing.slowMs,
      refusal: refuse(new SnsError('ServiceUnavailable', 'Service is unable to handle request.', 503)),
      throttling: refuse(new SnsError('Throttling', 'Rate exceeded')),
      work: () => perform(request, requestId, () => act(action, form), action),
    });
  };
  const http = await listenHttp(
    (request, response) => {
      // A client that leaves in the middle of its request is not our trouble.
      listener(request, response).catch(() => response.destroy());
    },
    host,
    port,
  );

  return {
    origin: http.origin,
    async stop() {
      await http.stop();
      await firehose.stop();
    },
  };
}

function perform(request: IncomingMessage, requestId: string, work: () => string, action: string): HttpReply {
  try {
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
      throw new SnsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
    }
    return resultXml(action, work(), requestId);
  } catch (error) {
    if (error instanceof SnsError) return errorXml(error, requestId);
    throw error;
  }
}
