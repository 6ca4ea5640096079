import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closable } from './close.ts';

const open: { server?: Server; sockets: Socket[] } = { sockets: [] };
afterEach(() => {
  for (const socket of open.sockets.splice(0)) socket.destroy();
  open.server?.closeAllConnections();
});

/** A server whose requests wait for `answer`, and a way to open connections. */
async function start() {
  const waiting: ServerResponse[] = [];
  let told = () => {};
  const asked = new Promise<void>((resolve) => (told = resolve));
  const server = createServer((_, response) => {
    waiting.push(response);
    told();
  });
  open.server = server;
  const close = closable(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connection = async () => {
    const accepted = new Promise((resolve) => server.once('connection', resolve));
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    open.sockets.push(socket);
    await accepted;
    return socket;
  };
  return { close, connection, asked, waiting, url: `http://127.0.0.1:${port}/` };
}

describe('closing a server', () => {
  it('does not wait for a connection on which nothing was ever asked', async () => {
    const { close, connection } = await start();
    const socket = await connection();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await close();
    await closed;
  }, 10_000);

  it('waits until a request under way has its answer', async () => {
    const { close, connection, asked, waiting, url } = await start();
    await connection();
    const answer = fetch(url).then((response) => response.text());
    await asked;
    let over = false;
    const closing = close().then(() => (over = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(over).toBe(false);
    waiting[0]!.end('done');
    expect(await answer).toBe('done');
    await closing;
  }, 10_000);
});
