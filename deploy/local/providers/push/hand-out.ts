import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PushSubscriptionJSON } from '../types.ts';
import { MAGIC } from './checks.ts';

/** `POST /subscriptions`, also from a web page: stands in for `pushManager.subscribe` where no push service is reachable. */
export function handOut(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer | null,
  create: (magic?: string, serverKey?: string | null) => PushSubscriptionJSON,
): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', 'content-type');
  if (request.method !== 'POST') {
    response.writeHead(request.method === 'OPTIONS' ? 204 : 405).end();
    return;
  }
  const { applicationServerKey = null, magic = '' } = parse(body) as Record<string, string | undefined>;
  if (magic && !Object.hasOwn(MAGIC, magic)) {
    response.writeHead(400).end('magic is not known');
    return;
  }
  response.writeHead(201, { 'content-type': 'application/json' });
  response.end(JSON.stringify(create(magic, applicationServerKey)));
}

function parse(body: Buffer | null): unknown {
  try {
    return Object(JSON.parse(body?.toString() ?? ''));
  } catch {
    return {};
  }
}
