import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Collector = { url: string; bodies: string[]; stop(): Promise<void> };

/** Takes whatever is posted to it and answers 200: an endpoint of an entity, a collector of traces. */
export async function startCollector(): Promise<Collector> {
  const bodies: string[] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    bodies.push(`${req.url} ${JSON.stringify(req.headers)} ${Buffer.concat(chunks).toString('latin1')}`);
    res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
