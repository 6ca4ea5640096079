import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import express, { Router } from 'express';
import { type LogFields, silentLogger } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { createApp } from './app.ts';
import type { ReadinessCheck } from './health.ts';
import { Problem, type ProblemDetails } from './problem.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const text = { en: 'Not like this.', ar: 'ليس هكذا.' };

/** An application with one route that throws what it is given, and one that reads a body. */
async function start(thrown: unknown = null, checks: ReadinessCheck[] = []) {
  const told: LogFields[] = [];
  const log = { ...silentLogger, error: (fields: LogFields) => void told.push(fields) };
  const router = Router();
  router.get('/throw', () => {
    throw thrown;
  });
  router.post('/body', express.json({ limit: 10 }), (req, res) => void res.json(req.query));
  const app = createApp({ routers: [{ path: '/v1', router }], checks, metrics: createMetrics(), log, trustProxy: 0 });
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  servers.push(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init);
    const body = await response.text();
    const { status, headers } = response;
    return { status, headers, body, json: body.startsWith('{') ? JSON.parse(body) : null };
  };
  return { call, told };
}

describe('a problem (RFC 9457)', () => {
  const details: ProblemDetails = { status: 422, code: 'bad_data', title: text, detail: text, retryAfterSeconds: 1.2 };

  it('is a document with a stable code, in the caller’s language', async () => {
    const errors = [{ pointer: '/data/fee', code: 'bad_data' as const, message: text }];
    const { call } = await start(new Problem({ ...details, errors, extra: { limit: 10 } }));
    const english = await call('/v1/throw');
    expect(english.status).toBe(422);
    expect(english.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect([english.headers.get('retry-after'), english.headers.get('content-language')]).toEqual(['2', 'en']);
    expect(english.json).toEqual({
      ...{
        type: '/problems/bad_data',
        title: text.en,
        detail: text.en,
        status: 422,
        code: 'bad_data',
        retryable: false,
      },
      ...{ errors: [{ pointer: '/data/fee', code: 'bad_data', message: text.en }], limit: 10 },
    });
    const arabic = await call('/v1/throw', { headers: { 'accept-language': 'ar-BH, en;q=0.5' } });
    expect([arabic.json.title, arabic.headers.get('content-language')]).toEqual([text.ar, 'ar']);
  });

  it('of our own shows nothing of what happened, and logs a code and no words', async () => {
    const { call, told } = await start(Object.assign(new Error('+97336001234 is taken'), { code: 'E11000' }));
    const { status, body, json } = await call('/v1/throw');
    expect([status, json.code, json.retryable]).toEqual([500, 'internal', true]);
    expect(body).not.toContain('36001234');
    const at = expect.stringMatching(/^services\/shared\/http\/app\.test\.ts:\d+$/);
    expect(told).toEqual([{ event: 'request_failed', method: 'GET', route: '/throw', code: 'E11000', at }]);
  });

  it('is told for what does not exist, for a body that is too large or broken, and for a broken address', async () => {
    const { call } = await start();
    const post = (body: string) =>
      call('/v1/body', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect((await call('/v2')).json).toMatchObject({ status: 404, code: 'not_found' });
    expect((await post('"01234567890"')).json).toMatchObject({ status: 413, code: 'too_large', limit: 10 });
    expect((await post('{"a":')).json).toMatchObject({ status: 400, code: 'bad_request' });
    expect((await call('/v1/%E0%A4%A')).status).toBeGreaterThanOrEqual(400);
  });
});

describe('the application', () => {
  it('C38 reads a query as plain text, never as an object', async () => {
    const { call } = await start();
    const { json } = await call('/v1/body?phone[$ne]=x', { method: 'POST' });
    expect(json).toEqual({ 'phone[$ne]': 'x' });
  });

  it('does not say what it runs on, and sends the headers that keep browsers careful', async () => {
    const { headers } = await (await start()).call('/v2');
    expect(headers.get('x-powered-by')).toBe(null);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('health', () => {
  it('is ready when every check passes, and names those that do not', async () => {
    const good: ReadinessCheck = { name: 'ledger', check: async () => null };
    const bad: ReadinessCheck = { name: 'router', check: async () => 'no progress' };
    const broken: ReadinessCheck = { name: 'kafka', check: () => Promise.reject(new TypeError('secret')) };
    expect((await (await start(null, [good])).call('/readyz')).json).toEqual({
      status: 'ready',
      checks: { ledger: 'ok' },
    });
    const { status, json } = await (await start(null, [good, bad, broken])).call('/readyz');
    expect(status).toBe(503);
    expect(json).toEqual({ status: 'not_ready', checks: { ledger: 'ok', router: 'no progress', kafka: 'TypeError' } });
  });

  it('is alive whatever the checks say, and tells its metrics', async () => {
    const { call } = await start(null, [{ name: 'ledger', check: async () => 'down' }]);
    expect((await call('/livez')).json).toEqual({ status: 'ok' });
    expect((await call('/metrics')).body).toContain('notifyme_routed_total');
  });
});
