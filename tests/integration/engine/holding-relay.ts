import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail relay that stores what it is given; while `hold` is on it then never answers (RFC 5321, 4.5.3.2.6 at its worst). */
export async function startHoldingRelay() {
  const state = { hold: true, messageIds: [] as string[] };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const head = Buffer.concat(chunks).toString('utf8');
        state.messageIds.push(/^Message-ID: (.*)$/im.exec(head)?.[1]?.trim() ?? '');
        if (!state.hold) done();
      });
    },
  });
  server.on('error', () => {}); // a worker that is killed resets its connection
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    state,
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}
