import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import express from 'express';
import type { Receipt } from '../../../contracts/generated/types.ts';
import receiptSchema from '../../../contracts/schemas/receipt.schema.json' with { type: 'json' };
import { createCallbacksApi } from '../../../services/ingest/callbacks/index.ts';
import { createSnsSender, TEST_TOPIC } from '../../../services/ingest/callbacks/testing/sns-sender.ts';
import { problemHandler } from '../../../services/shared/http/problem.ts';
import { silentLogger } from '../../../services/shared/log.ts';

export const DELIVERY = 'd_0123456789abcdef0123456789abcdef';
export const DOMAIN = 'bounce.example.org';
export const KEY = 'invented-firehose-key';
export const GATEWAY_KEY = 'invented-gateway-key';

export type Body = string | Uint8Array<ArrayBuffer>;

/** A broker and a sealer that remember; `down` makes the broker refuse. */
export function createSink() {
  const ajv = new Ajv2020.default({ strict: true });
  addFormats.default(ajv);
  const isReceipt = ajv.compile(receiptSchema);
  const published: Receipt[][] = [];
  const sealed: { plain: string; context: string }[] = [];
  const sink = {
    down: false,
    published,
    sealed,
    /** Every receipt that went to the broker; throws when one does not fulfil the contract. */
    receipts(): Receipt[] {
      const all = published.flat();
      const broken = all.find((receipt) => !isReceipt(receipt));
      if (broken) throw new Error(`not a receipt: ${JSON.stringify(broken)}`);
      return all;
    },
    deps: {
      async publish(receipts: Receipt[]) {
        if (sink.down) throw Object.assign(new Error('down'), { code: 'broker_down', retryable: true });
        published.push(receipts);
      },
      sealer: {
        seal(plain: string, context: string) {
          sealed.push({ plain, context });
          return `k1.${sealed.length}`;
        },
      },
      log: silentLogger,
    },
  };
  return sink;
}

/** The callbacks on a real port, with a sender that signs as SNS would. */
export async function startCallbacks() {
  const sink = createSink();
  const sender = createSnsSender();
  const { fetcher } = sender;
  const app = express();
  const gatewayKeys = ['', GATEWAY_KEY, 'next-gateway-key'];
  app.use(
    createCallbacksApi({ ...sink.deps, fetcher, topicArns: [TEST_TOPIC], firehoseKeys: [KEY, 'next'], gatewayKeys }),
  );
  app.use(problemHandler({ log: silentLogger }));
  const server: Server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    sink,
    sender,
    post: (path: string, body: Body, headers: Record<string, string> = {}) =>
      fetch(url + path, { method: 'POST', body, headers: { 'content-type': 'text/plain; charset=UTF-8', ...headers } }),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The JSON object in an answer. */
export const json = async (answer: Response) => (await answer.json()) as Record<string, unknown>;
