import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { createVerp } from '../../shared/verp.ts';
import { readBounceMail } from './bounce-mail.ts';
import { bounceReceipts } from './bounce-receipts.ts';
import type { EvidenceDeps } from './deps.ts';
import { createReceiptMaker, type ReceiptMaker } from './receipt.ts';

export type BounceListenerOptions = {
  host: string;
  /** 0 takes a free one; `start` tells which. */
  port: number;
  bounceDomain: string;
  deps: EvidenceDeps;
  /** Bytes of one mail; more is refused with 552 5.3.4. */
  maxSize?: number;
  /** PEM key and certificate; STARTTLS is offered when given. */
  tls?: Pick<SecureContextOptions, 'key' | 'cert'>;
};

export type BounceListener = { start(): Promise<{ port: number }>; stop(): Promise<void> };

const MAX_SIZE = 1024 * 1024;
const MAX_RECIPIENTS = 10;
const MAX_CLIENTS = 100;
const IDLE_MS = 60_000;
/** A mail server keeps its idle connection for minutes: a stop must not wait for it longer than a message takes. */
const CLOSE_MS = 3_000;

/**
 * The SMTP server to which the MX record of the bounce domain points. It takes mail for `bounce+<deliveryId>` alone
 * (550 5.1.1 for anything else), asks for no sender and no login, and answers 250 only when the receipts are with the
 * broker; 451 4.3.0 makes the other server try again.
 */
export function createBounceListener(options: BounceListenerOptions): BounceListener {
  const { host, port, bounceDomain, deps, maxSize = MAX_SIZE, tls } = options;
  const verp = createVerp(bounceDomain);
  const make = createReceiptMaker(deps);
  const server = new SMTPServer({
    name: bounceDomain,
    banner: 'bounces only',
    size: maxSize,
    rejectOversized: true,
    hideENHANCEDSTATUSCODES: false,
    maxRecipients: MAX_RECIPIENTS,
    maxClients: MAX_CLIENTS,
    socketTimeout: IDLE_MS,
    closeTimeout: CLOSE_MS,
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    ...tls,
    onRcptTo({ address }, _session, callback) {
      callback(verp.parse(address) ? null : refusal(550, 'No such address'));
    },
    onData(stream, session, callback) {
      take(stream, session).then(
        () => callback(null, 'taken'),
        () => callback(refusal(451, 'Try again later')),
      );
    },
  } as ConstructorParameters<typeof SMTPServer>[0]);
  // A broken connection is the other side's affair; without a listener it would end the process.
  server.on('error', (error) =>
    deps.log.warn({ event: 'bounce_connection', code: String((error as { code?: unknown }).code) }),
  );

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession) {
    const raw = await readAtMost(stream, maxSize);
    if (raw === null) return;
    const deliveryIds = session.envelope.rcptTo.map(({ address }) => verp.parse(address)).filter((id) => id !== null);
    const nullSender = !session.envelope.mailFrom || session.envelope.mailFrom.address === '';
    await takeBounce({ raw, deliveryIds, nullSender, make, deps });
  }

  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.server.once('error', reject);
        server.listen(port, host, () => {
          server.server.off('error', reject);
          resolve({ port: (server.server.address() as AddressInfo).port });
        });
      }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** One mail to its receipts and to the broker. Rejects when publishing fails, never because of what is in the mail. */
export async function takeBounce(bounce: {
  raw: Buffer;
  deliveryIds: string[];
  nullSender: boolean;
  make: ReceiptMaker;
  deps: EvidenceDeps;
}): Promise<void> {
  const { raw, deliveryIds, nullSender, make, deps } = bounce;
  const count = (result: string) => deps.metrics?.callbacks.inc({ source: 'smtp', result });
  const mail = await readBounceMail(raw, nullSender);
  const text = raw.toString('utf8');
  const receipts = deliveryIds.flatMap((deliveryId) => bounceReceipts(mail, { deliveryId, raw: text, make }));
  if (receipts.length === 0) {
    count('not_understood');
    return deps.log.warn({ event: 'bounce_without_evidence', provider: 'smtp', code: mail.form });
  }
  try {
    await deps.publish(receipts);
  } catch (error) {
    count('failed');
    deps.log.error({ event: 'callback_failed', provider: 'smtp', code: String((error as { code?: unknown })?.code) });
    throw error;
  }
  count('accepted');
}

/** All of the stream is read, or the connection would hang; null when it was longer than the limit, which smtp-server answers itself. */
async function readAtMost(stream: SMTPServerDataStream, maxSize: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size <= maxSize) chunks.push(chunk);
  }
  return size > maxSize ? null : Buffer.concat(chunks);
}

const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });
