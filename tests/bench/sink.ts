// The far side of every measurement, in a process of its own: takes mail or SNS publishes as fast as it can and counts.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

const delayMs = Number(process.argv[3] ?? 0);
let count = 0;

if (process.argv[2] === 'smtp') startSmtp();
else startSns();

function startSmtp(): void {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, _session, done) {
      stream.resume();
      stream.on('end', () => later(() => done(null, 'taken')));
    },
  });
  const listening = server.listen(0, '127.0.0.1', () => ready((listening.address() as AddressInfo).port));
}

function startSns(): void {
  const server = createServer((req, res) => {
    req.resume();
    req.on('end', () => {
      later(() => {
        const id = `00000000-0000-0000-0000-${String(count).padStart(12, '0')}`;
        res.setHeader('content-type', 'text/xml');
        res.end(
          `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${id}</MessageId></PublishResult><ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></PublishResponse>`,
        );
      });
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => ready((server.address() as AddressInfo).port));
}

function later(answer: () => void): void {
  count++;
  if (delayMs > 0) setTimeout(answer, delayMs);
  else answer();
}

function ready(port: number): void {
  process.stdout.write(`port ${port}\n`);
}
