import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSnsFetcher } from './sns-fetcher.ts';

let server: Server;
let url: string;
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((req, res) => {
    seen.push(req.url ?? '');
    if (req.url === '/moved') res.writeHead(302, { location: '/elsewhere' }).end();
    else if (req.url === '/long') res.end('x'.repeat(70_000));
    else if (req.url === '/broken') res.writeHead(503).end();
    else if (req.url === '/never') return;
    else res.end('pem');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const get = (path: string, timeoutMs = 5_000) => createSnsFetcher({ timeoutMs }).get(url + path);

describe('the fetcher for SNS addresses', () => {
  it('gives the body', async () => expect(await get('/ok')).toBe('pem'));

  it('follows no redirect', async () => {
    await expect(get('/moved')).rejects.toMatchObject({ code: 'status_302', retryable: false });
    expect(seen).not.toContain('/elsewhere');
  });

  it('stops at 64 KiB', async () => {
    await expect(get('/long')).rejects.toMatchObject({ code: 'too_large', retryable: false });
  });

  it('calls what may pass retryable: 503, no answer, no server', async () => {
    await expect(get('/broken')).rejects.toMatchObject({ code: 'status_503', retryable: true });
    await expect(get('/never', 300)).rejects.toMatchObject({ code: 'unreachable', retryable: true });
    await expect(createSnsFetcher().get('http://127.0.0.1:1/')).rejects.toMatchObject({ retryable: true });
  });
});
