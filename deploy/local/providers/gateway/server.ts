import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import calculator from 'sms-segments-calculator';
import { checkGateway } from '../../../../services/shared/gateway-signature.ts';
import { answerHttp, type Chaos, type HttpReply } from '../chaos.ts';
import { listenHttp, readBody } from '../http.ts';
import type { Outbox } from '../outbox.ts';
import type { Log, Timing } from '../types.ts';
import { gatewayFateOf } from './fates.ts';
import { createReports } from './reports.ts';

const BODY_BYTES = 64 * 1024;
const KEEP_REFERENCES = 100_000;

type GatewayServerDeps = {
  host: string;
  port?: number;
  outbox: Outbox;
  chaos: Chaos;
  timing: Timing;
  key: string;
  /** Where reports go when a message names no address. */
  reportUrl(): string | undefined;
  log: Log;
};
type Message = { reference: string; to: string; from: string; text: string; encoding: string; callback?: string };

/** An SMS gateway as local operators offer it: signed JSON, idempotent by reference, delivery reports of its own. */
export async function startGatewayServer(deps: GatewayServerDeps) {
  const { host, port, chaos, timing, key, log } = deps;
  const reports = createReports({ key, receiptMs: timing.receiptMs, log });
  const take = createTaker(deps, reports);

  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request, BODY_BYTES);
    await answerHttp(request, response, {
      mode: chaos.mode('sms-gateway'),
      slowMs: timing.slowMs,
      refusal: failure(503, 'unavailable'),
      throttling: failure(429, 'rate_limited'),
      async work() {
        if (request.method !== 'POST' || request.url !== '/v2/messages') return failure(404, 'not_found');
        if (!body) return failure(413, 'too_long');
        const fault = checkGateway([key], (name) => request.headers[name] as string, body, Date.now());
        return fault ? failure(401, fault) : take(body);
      },
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
    url: `${http.origin}/v2/messages`,
    async stop() {
      reports.stop();
      await http.stop();
    },
  };
}

/** Takes a message once: the same reference again is told so, with the first one's id. */
function createTaker({ outbox, reportUrl }: GatewayServerDeps, reports: ReturnType<typeof createReports>) {
  const known = new Map<string, { id: string; digest: string }>();

  return async (body: Buffer): Promise<HttpReply> => {
    const message = readMessage(body);
    if (!message) return failure(400, 'invalid_request');
    const { reference, to, from, text, callback } = message;
    if (!/^\+[1-9]\d{6,14}$/.test(to)) return failure(422, 'invalid_number', `${to} is no number`);
    const digest = createHash('sha256').update(`${to}\n${text}`).digest('hex');
    const earlier = known.get(reference);
    if (earlier?.digest === digest) return json(409, { id: earlier.id, error: { code: 'duplicate_reference' } });
    if (earlier) return failure(409, 'reference_in_use');
    const id = randomUUID();
    if (known.size >= KEEP_REFERENCES) known.clear();
    known.set(reference, { id, digest });
    const fate = gatewayFateOf(to);
    const parts = new calculator.SegmentedMessage(text).segmentsCount;
    outbox.addSms({
      ...{ id, at: new Date().toISOString(), to, sender: from, text, type: 'Transactional', parts, by: 'sms-gateway' },
      status: fate.report.error ? 'FAILURE' : 'SUCCESS',
      providerResponse: fate.report.error ?? 'delivered',
    });
    const url = callback ?? reportUrl();
    if (url) await reports.tell({ id, reference, to, url, fate });
    return json(202, { id, status: 'accepted', parts });
  };
}

function readMessage(body: Buffer): Message | null {
  try {
    const value = JSON.parse(body.toString('utf8'));
    const texts = [value.reference, value.to, value.from, value.text, value.encoding];
    return texts.every((text) => typeof text === 'string' && text !== '') ? value : null;
  } catch {
    return null;
  }
}

const json = (status: number, body: object): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

// As on the real ones the words may repeat the number: whoever logs an answer logs a number.
const failure = (status: number, code: string, message = code): HttpReply => json(status, { error: { code, message } });
