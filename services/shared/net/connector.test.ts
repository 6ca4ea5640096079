import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { createPublicConnector } from './connector.ts';

describe('a connector to the public internet', () => {
  let asked = 0;
  const server = createServer((_req, res) => {
    asked += 1;
    res.end();
  });
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(resolve));
  });

  const ask = async (host: string, allowPrivate = false) => {
    const agent = new Agent({ connect: createPublicConnector({ timeoutMs: 1_000, allowPrivate }) });
    const { port } = server.address() as AddressInfo;
    try {
      return (await agent.request({ origin: `http://${host}:${port}`, path: '/', method: 'GET' })).statusCode;
    } catch (error) {
      return (error as { code?: string }).code;
    } finally {
      await agent.destroy();
    }
  };

  it.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost'])('does not go to %s', async (host) => {
    expect([await ask(host), asked]).toEqual(['ENOTPUBLIC', 0]);
  });

  it('goes there where that is allowed', async () => {
    expect([await ask('127.0.0.1', true), asked]).toEqual([200, 1]);
  });
});
