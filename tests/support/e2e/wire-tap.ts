import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type WireTap = {
  port: number;
  /** Everything that clients have sent, in the order of arrival. */
  seen(): Buffer;
  /** Breaks every connection and lets nobody through until `mend`. */
  cut(): void;
  mend(): void;
  stop(): Promise<void>;
};

/** A plain TCP pass between clients and one server, that can be listened to and cut. */
export async function tapWire(target: { host: string; port: number }): Promise<WireTap> {
  const sockets = new Set<Socket>();
  const seen: Buffer[] = [];
  let whole = true;

  const server = createServer((client) => {
    if (!whole) return void client.destroy();
    const far = connect(target);
    client.on('data', (bytes) => seen.push(bytes as Buffer));
    client.pipe(far).pipe(client);
    for (const [one, other] of [
      [client, far],
      [far, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    seen: () => Buffer.concat(seen),
    cut() {
      whole = false;
      breakAll();
    },
    mend() {
      whole = true;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        breakAll();
      }),
  };
}
