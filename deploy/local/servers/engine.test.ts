import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { engineAnswers } from './engine.ts';

describe('the look for a Docker engine', () => {
  let folder: string;
  let server: Server | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'engine-test-'));
  });
  afterEach(async () => {
    await new Promise((closed) => (server ? server.close(closed) : closed(undefined)));
    server = undefined;
    rmSync(folder, { recursive: true });
  });
  const listen = async (made: Server) => {
    server = made;
    const path = join(folder, 'docker.sock');
    made.listen(path);
    await once(made, 'listening');
    return { DOCKER_HOST: `unix://${path}` };
  };

  it('believes one that answers a ping', async () => {
    const env = await listen(createHttpServer((_, response) => response.end('OK')));
    expect(await engineAnswers(env)).toBe(true);
  });

  it('does not believe one that answers with an error', async () => {
    const env = await listen(createHttpServer((_, response) => response.writeHead(500).end()));
    expect(await engineAnswers(env)).toBe(false);
  });

  it('gives up soon on one that never answers', async () => {
    const sockets: { destroy(): void }[] = [];
    const env = await listen(createServer((socket) => sockets.push(socket)));
    const begin = Date.now();
    expect(await engineAnswers(env)).toBe(false);
    expect(Date.now() - begin).toBeLessThan(2_000);
    for (const socket of sockets) socket.destroy();
  });

  it.each(['unix:///nowhere/docker.sock', 'not an address', 'tcp://127.0.0.1:1'])(
    'finds nobody at %s',
    async (host) => {
      expect(await engineAnswers({ DOCKER_HOST: host })).toBe(false);
    },
  );
});
