import { Readable } from 'node:stream';
import DKIM from 'nodemailer/lib/dkim';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPPool, { type SMTPPoolOptions, type SMTPPoolSentMessageInfo } from 'nodemailer/lib/smtp-pool';
import { withDeadline } from '../../shared/deadline.ts';
import type { Provider, SendRequest, SendResult } from '../provider.ts';
import { toEnvelope } from './address.ts';
import { type Handover, type MailError, readMailError } from './errors.ts';
import { type ComposedMail, composeMail, type Sender } from './message.ts';
import { createUtf8Probe } from './smtputf8.ts';

export type SmtpOptions = Sender & {
  /** `smtp://` or `smtps://` address of the relay, with its credentials. */
  url: string;
  /** Signs every message (RFC 6376); leave it out when the relay signs. */
  dkim?: { domainName: string; keySelector: string; privateKey: string };
  /** Name given in EHLO; default this machine's. */
  hostName?: string;
  /** Refuse to send without TLS; default true. */
  requireTls?: boolean;
  tls?: SMTPPoolOptions['tls'];
  /** Connections at a time; default 5. */
  maxConnections?: number;
  /** Messages before a connection is renewed; default 1,000. */
  maxMessages?: number;
  /** Longest time until the relay greets, and for a silence, in milliseconds; default 10,000 and 30,000. */
  connectTimeoutMs?: number;
  socketTimeoutMs?: number;
  /** Longest time for one message, the wait for a connection included, in milliseconds; default 60,000. */
  timeoutMs?: number;
};

/** All headers that a reader acts on, the ones of RFC 8058 among them, which are void unless they are signed. */
const SIGNED = [
  'From:Reply-To:Subject:Date:Message-ID:To:MIME-Version:Content-Type:Content-Transfer-Encoding:Content-Language',
  'List-Unsubscribe:List-Unsubscribe-Post:Auto-Submitted:NotifyMe-Reference',
].join(':');

/** A message that finds its connection closed before a byte of it was sent may try others, so often. */
const MOST_REQUEUES = 2;

type Relay = {
  pool: SMTPPool;
  sender: Sender;
  sign: DKIM | null;
  takesUtf8: () => Promise<boolean>;
  timeoutMs: number;
};

/** Email by SMTP over a pool of connections. `providerRef` is our Message-ID, the same on every attempt. */
export const createSmtpEmail = (options: SmtpOptions): Provider => {
  const connection = { ...connectionOptions(options), ...parseConnectionUrl(options.url) };
  const pool = new SMTPPool(connection);
  const relay: Relay = {
    pool,
    sender: options,
    sign: options.dkim ? new DKIM({ ...options.dkim, headerFieldNames: SIGNED }) : null,
    takesUtf8: createUtf8Probe(connection),
    timeoutMs: options.timeoutMs ?? 60_000,
  };
  return {
    name: 'smtp',
    channel: 'email',
    send: (request) => send(relay, request),
    close: async () => pool.close(),
  };
};

const connectionOptions = (options: SmtpOptions): SMTPPoolOptions => ({
  maxConnections: options.maxConnections ?? 5,
  maxMessages: options.maxMessages ?? 1_000,
  maxRequeues: MOST_REQUEUES,
  requireTLS: options.requireTls ?? true,
  connectionTimeout: options.connectTimeoutMs ?? 10_000,
  greetingTimeout: options.connectTimeoutMs ?? 10_000,
  dnsTimeout: options.connectTimeoutMs ?? 10_000,
  socketTimeout: options.socketTimeoutMs ?? 30_000,
  ...(options.hostName && { name: options.hostName }),
  ...(options.tls && { tls: options.tls }),
});

const send = async (relay: Relay, request: SendRequest): Promise<SendResult> => {
  const to = toEnvelope(request.address);
  if (!to) return { kind: 'refused', reason: 'invalid_address', code: 'EADDRESS', contact: 'dead' };
  const mail = composeMail(request, to.address, relay.sender, new Date());
  const handed: Handed = {};
  try {
    if (to.needsUtf8 && !(await relay.takesUtf8())) {
      return { kind: 'refused', reason: 'invalid_address', code: 'ESMTPUTF8', contact: 'keep' };
    }
    const { response } = await withDeadline(relay.timeoutMs, (signal) => handOver(mail, handed, relay, signal));
    if (!/^2\d\d[ -]/.test(response)) return { kind: 'unknown', code: 'EPROTOCOL' };
    return { kind: 'accepted', providerRef: mail.messageId, code: codeOf(response) };
  } catch (error) {
    return readMailError(error as MailError, handedOver(handed));
  }
};

/** The stream that the pool read the mail from last: how far it was read tells what the relay can have seen. */
type Handed = { body?: Readable };

/** Through the library's pool as its own mailer calls it, with a message that is written already. */
const handOver = (
  { messageId, envelope, text }: ComposedMail,
  handed: Handed,
  { pool, sign }: Relay,
  signal: AbortSignal,
): Promise<SMTPPoolSentMessageInfo> =>
  new Promise((resolve, reject) => {
    const message = {
      getEnvelope: () => envelope,
      messageId: () => messageId,
      getHeader: () => messageId,
      createReadStream: () => {
        const whole = readOnce(Buffer.from(text));
        handed.body = sign ? sign.sign(whole) : whole;
        return handed.body;
      },
    };
    const mail = { message, data: { signal, dsn: envelope.dsn } } as unknown as Parameters<SMTPPool['send']>[0];
    pool.send(mail, (error, info) => (error ? reject(error) : resolve(info!)));
  });

/** `Readable.from` walks an iterator through promises; here everything is at hand. */
const readOnce = (bytes: Buffer): Readable =>
  new Readable({
    read() {
      this.push(bytes);
      this.push(null);
    },
  });

const handedOver = ({ body }: Handed): Handover => {
  if (!body?.readableDidRead) return 'nothing';
  return body.readableEnded ? 'all' : 'part';
};

const codeOf = (response: string): string =>
  /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? response.slice(0, 3);
