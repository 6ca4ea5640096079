// A provider in a process of its own: takes mail or SNS publishes, behaves as it is told, and keeps a ledger of what it took.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { openLedger, type Taken } from './ledgers.ts';

export type Mode = 'ok' | 'slow' | 'throttle' | 'refuse' | 'reset' | 'hang';
/** How the next messages are treated: a share of them in this way, the others well. */
export type Behaviour = { mode: Mode; share: number };

const SLOW_MS = 800;
const REF = /F-\d{7}/;
const ledger = openLedger<Taken>(process.argv[3]!);
let behaviour: Behaviour = { mode: 'ok', share: 0 };
let turn = 0;
process.on('message', (next: Behaviour) => {
  behaviour = next;
});
process.on('disconnect', () => process.exit(0));

if (process.argv[2] === 'smtp') startSmtp();
else startSns();

/** Every so-manieth message, so that a run can be repeated. */
function nextMode(): Mode {
  turn += 1;
  const { mode, share } = behaviour;
  return Math.floor(turn * share) > Math.floor((turn - 1) * share) ? mode : 'ok';
}

function startSmtp(): void {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('latin1');
        const took = (answer: Taken['answer']) =>
          ledger.add({
            ...{ channel: 'email', ref: REF.exec(raw)?.[0] ?? '?', to: session.envelope.rcptTo[0]?.address ?? '' },
            ...{ delivery: /d_[0-9a-f]{32}/.exec(/^Message-ID:.*$/im.exec(raw)?.[0] ?? '')?.[0] ?? null, answer },
          });
        const accept = () => {
          took('accepted');
          done(null, 'taken');
        };
        const refuse = (responseCode: number, words: string) => done(Object.assign(new Error(words), { responseCode }));
        const cut = () => {
          // The library keeps its connections to itself.
          for (const one of (server as unknown as { connections: Set<{ id: string; _socket: { destroy(): void } }> })
            .connections)
            if (one.id === session.id) one._socket.destroy();
        };
        act(nextMode(), {
          accept,
          throttle: () => refuse(451, '4.7.28 too many messages, slow down'),
          refuseForNow: () => refuse(451, '4.3.0 try again later'),
          refuse: () => refuse(554, '5.7.1 not this one'),
          cut,
          took,
        });
      });
    },
  });
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1', () => ready((listening.address() as AddressInfo).port));
}

function startSns(): void {
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('error', () => {});
    req.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const took = (answer: Taken['answer']) =>
        ledger.add({
          ...{ channel: 'sms', ref: REF.exec(form.get('Message') ?? '')?.[0] ?? '?', delivery: null, answer },
          to: form.get('PhoneNumber') ?? '',
        });
      const fail = (status: number, code: string) => {
        res.writeHead(status, { 'content-type': 'text/xml' });
        res.end(`<ErrorResponse><Error><Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>`);
      };
      act(nextMode(), {
        accept() {
          took('accepted');
          const id = `00000000-0000-0000-0000-${String(turn).padStart(12, '0')}`;
          res.writeHead(200, { 'content-type': 'text/xml' });
          res.end(
            `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${id}</MessageId></PublishResult></PublishResponse>`,
          );
        },
        throttle: () => fail(400, 'Throttling'),
        refuseForNow: () => fail(500, 'InternalError'),
        refuse: () => fail(400, 'InvalidParameter'),
        cut: () => req.socket.destroy(),
        took,
      });
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => ready((server.address() as AddressInfo).port));
}

type Acts = Record<'accept' | 'throttle' | 'refuseForNow' | 'refuse' | 'cut', () => void> & {
  took(answer: Taken['answer']): void;
};

function act(mode: Mode, acts: Acts): void {
  const everySecond = turn % 2 === 0;
  if (mode === 'ok') acts.accept();
  else if (mode === 'slow') setTimeout(acts.accept, SLOW_MS);
  else if (mode === 'throttle') acts.throttle();
  else if (mode === 'refuse') (everySecond ? acts.refuse : acts.refuseForNow)();
  else if (mode === 'hang') acts.took('hung');
  else {
    if (everySecond) acts.took('reset');
    acts.cut();
  }
}

function ready(port: number): void {
  process.stdout.write(`port ${port}\n`);
}
