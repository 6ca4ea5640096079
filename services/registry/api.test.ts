import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createBlind } from '../shared/crypto/blind.ts';
import { freshKeyRing, parseKeyRing } from '../shared/crypto/keyring.ts';
import { createRegistryApi } from './api.ts';
import type { Context } from './context.ts';
import { REGISTRY_DEFAULTS } from './settings.ts';

let server: Server;
let failure: Error;

beforeAll(async () => {
  const context = {
    blind: createBlind(parseKeyRing(freshKeyRing())),
    settings: REGISTRY_DEFAULTS,
    subscribers: {
      find: async () => {
        throw failure;
      },
    },
  } as unknown as Context;
  const authenticate = async () => ({ subject: 'cpr:900100001', assurance: 'high' as const, by: 'person' as const });
  server = express().use('/v1', createRegistryApi({ context, authenticate })).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});

afterAll(() => void server.close());

async function request(path: string, init?: RequestInit) {
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1${path}`, init);
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

describe('the API', () => {
  it('answers 503 with a time to wait while the database is away', async () => {
    failure = Object.assign(new Error('connect ECONNREFUSED'), { name: 'MongoServerSelectionError' });
    const answer = await request('/me');
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable', retryable: true } });
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('shows nothing of a fault of its own', async () => {
    failure = new Error('cpr:900100001 is broken');
    const answer = await request('/me');
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(JSON.stringify(answer.body)).not.toContain('900100001');
  });

  it.each([
    ['a body of another type', { 'content-type': 'text/plain' }, '{}', 415, 'unsupported_media_type'],
    ['a broken body', { 'content-type': 'application/json' }, '{', 400, 'bad_request'],
    ['no body', {}, undefined, 415, 'unsupported_media_type'],
    ['a body that is too large', { 'content-type': 'application/json' }, `"${'x'.repeat(70_000)}"`, 413, 'too_large'],
  ])('refuses %s', async (_what, headers, body, status, code) => {
    const answer = await request('/me', { method: 'PUT', headers: headers as Record<string, string>, body });
    expect(answer).toMatchObject({ status, body: { code, status, type: `/problems/${code}` } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});
