import { connect } from 'node:net';

/** Whether something takes TCP connections at `host:port` within the time; null when so, else the system's code. */
export function tcpFault(address: string, timeoutMs = 3_000): Promise<string | null> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    const end = (fault: string | null) => {
      socket.destroy();
      resolve(fault);
    };
    socket.setTimeout(timeoutMs, () => end('ETIMEDOUT'));
    socket.once('connect', () => end(null));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.name));
  });
}

/** Faults of all addresses; empty as soon as one of them answers. */
export async function noneReachable(addresses: string[]): Promise<string[]> {
  const faults = await Promise.all(addresses.map(async (address) => [address, await tcpFault(address)] as const));
  return faults.some(([, fault]) => fault === null) ? [] : faults.map(([address, fault]) => `${address} (${fault})`);
}
