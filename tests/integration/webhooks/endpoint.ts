import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Taken = { id: string; headers: Record<string, string>; body: Buffer; data: { eventId?: string } };
type Answer = number | { status: number; headers?: Record<string, string> } | null;

/** An entity's endpoint: it keeps what it gets as bytes, and answers as `answer` says; null answers never. */
export async function startEndpoint(answer: (taken: Taken, count: number) => Answer | Promise<Answer> = () => 200) {
  const taken: Taken[] = [];
  let open = 0;
  const server: Server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const one = {
      id: String(req.headers['webhook-id']),
      headers: req.headers as Record<string, string>,
      body,
      data: JSON.parse(body.toString()).data,
    };
    taken.push(one);
    open++;
    res.on('close', () => void open--);
    const given = await endpoint.answer(one, taken.length);
    if (given === null) return;
    const { status, headers } = typeof given === 'number' ? { status: given, headers: {} } : given;
    res.writeHead(status, headers).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const endpoint = {
    answer,
    taken,
    /** Requests that have no answer yet and whose sender still waits. */
    open: () => open,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/outcomes?token=invented`,
    events: () => taken.map(({ data }) => data.eventId),
    stop() {
      server.closeAllConnections();
      return new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
  return endpoint;
}

/** Waits until `check` gives something true; fails after `ms` with what it gave last. */
export async function until<T>(check: () => T | Promise<T>, ms = 15_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${ms} ms, but ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
