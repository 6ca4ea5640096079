import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { Chaos } from '../chaos.ts';
import type { Outbox } from '../outbox.ts';
import type { Log, Timing } from '../types.ts';
import { fateOf, type Notify, returnsFor } from './fates.ts';
import { createGate, createGreylist, refusalOf, smtpError } from './gate.ts';
import { type Envelope, gather, headersOf, queueId, readMessage } from './message.ts';
import { buildAutoReply, buildComplaint, buildDsn, type Original } from './reports.ts';
import type { ReturnPath } from './return-path.ts';

const MESSAGE_BYTES = 10 * 1024 * 1024;

type MailServerDeps = {
  host: string;
  port?: number;
  outbox: Outbox;
  chaos: Chaos;
  timing: Timing;
  returnPath: ReturnPath;
  log: Log;
};

/**
 * A relay that takes mail as a real one does: DSN (RFC 3461), SMTPUTF8, PIPELINING and SIZE; no STARTTLS,
 * because clients would rightly refuse a certificate of nobody.
 */
export async function startMailServer(deps: MailServerDeps) {
  const sockets = new Map<number, Socket>();
  const gate = createGate(deps.chaos, sockets);
  const greylist = createGreylist();
  const server = new SMTPServer({
    size: MESSAGE_BYTES,
    disabledCommands: ['AUTH', 'STARTTLS'],
    hideDSN: false,
    // Our own answers carry the enhanced codes: the library's would be put before them.
    hideENHANCEDSTATUSCODES: true,
    disableReverseLookup: true,
    onConnect: (session, next) => gate('greeting', session, next),
    onMailFrom: (_, session, next) => gate('mail', session, next),
    onRcptTo: (address, session, next) => next(refusalOf(address.address, session, greylist)),
    onData: (stream, session, next) =>
      gather(stream, (raw, whole) => {
        const id = queueId();
        accept(deps, envelopeOf(session), { raw, whole, id })
          .then(() => answer(deps, () => next(null, `2.0.0 OK: queued as ${id}`)))
          .catch(() => next(smtpError(451, '4.3.0 Local error')));
      }),
  });
  server.on('error', (error) => deps.log('smtp.error', { code: (error as NodeJS.ErrnoException).code }));
  server.server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.once('close', () => sockets.delete(port));
  });
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(deps.port ?? 0, deps.host, resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(resolve));
      for (const socket of sockets.values()) socket.destroy();
      await closed;
    },
  };
}

function answer({ chaos, timing }: MailServerDeps, reply: () => void): void {
  const mode = chaos.mode('email');
  if (mode === 'accept-then-timeout') return;
  if (mode === 'slow') setTimeout(reply, timing.slowMs).unref();
  else reply();
}

async function accept(deps: MailServerDeps, envelope: Envelope, mail: { raw: Buffer; whole: boolean; id: string }) {
  if (deps.outbox.keep) deps.outbox.addMail(await readMessage(mail.raw, envelope, mail.id));
  else deps.outbox.countMail();
  // A report about a report would go round for ever (RFC 5321, section 6.1).
  if (envelope.from === '') return;
  for (const { address, notify, orcpt } of envelope.to) {
    const { envid, ret, from: returnPath } = envelope;
    const raw = mail.whole ? mail.raw : null;
    const headers = headersOf(mail.raw);
    const original: Original = {
      returnPath,
      recipient: address,
      orcpt,
      envid,
      ret,
      raw,
      headers,
      arrivedAt: new Date(),
    };
    for (const one of returnsFor(fateOf(address), notify, deps.timing)) {
      const build = () => {
        if (one.kind === 'dsn') return buildDsn(original, one);
        return one.kind === 'complaint' ? buildComplaint(original) : buildAutoReply(original);
      };
      setTimeout(() => deps.returnPath.send(returnPath, build()), one.afterMs).unref();
    }
  }
}

/** What the library reads of RFC 3461, which its published types do not name yet. */
type DsnEnvelope = {
  dsn?: { envid: string | null; ret: 'FULL' | 'HDRS' | null };
  rcptTo: { address: string; dsn?: { notify?: Notify[]; orcpt?: string } }[];
};

function envelopeOf({ envelope }: SMTPServerSession): Envelope {
  const { dsn, rcptTo } = envelope as unknown as DsnEnvelope;
  return {
    from: envelope.mailFrom ? envelope.mailFrom.address : '',
    to: rcptTo.map((recipient) => ({
      address: recipient.address,
      notify: recipient.dsn?.notify ?? [],
      orcpt: recipient.dsn?.orcpt ?? null,
    })),
    envid: dsn?.envid ?? null,
    ret: dsn?.ret ?? null,
  };
}
