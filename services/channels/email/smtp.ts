import { Readable } from 'node:stream';
import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';
import type { DKIMOptions } from 'nodemailer/lib/dkim';
import type MimeNode from 'nodemailer/lib/mime-node';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import type { SMTPPoolOptions, SMTPPoolSentMessageInfo } from 'nodemailer/lib/smtp-pool';
import { withDeadline } from '../deadline.ts';
import type { Provider, SendRequest, SendResult } from '../provider.ts';
import { toEnvelope } from './address.ts';
import { type Handover, type MailError, readMailError } from './errors.ts';
import { composeMail, messageIdOf, type Sender } from './message.ts';
import { createUtf8Probe } from './smtputf8.ts';
import { wholeMessage } from './whole.ts';

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

type Mailer = Transporter<SMTPPoolSentMessageInfo, SMTPPoolOptions>;
type Relay = { mailer: Mailer; sender: Sender; takesUtf8: () => Promise<boolean>; timeoutMs: number };
/** `handed` is shared with the library's copy of the mail. */
type Mail = SendMailOptions & { handed: { body?: Readable } };

/** Email by SMTP over a pool of connections. `providerRef` is our Message-ID, the same on every attempt. */
export const createSmtpEmail = (options: SmtpOptions): Provider => {
  const connection = connectionOptions(options);
  const mailer = createTransport({ ...connection, pool: true, url: options.url, ...dkimOf(options) });
  mailer.use('stream', inOnePiece(options.dkim !== undefined));
  const takesUtf8 = createUtf8Probe({ ...connection, ...parseConnectionUrl(options.url) });
  const relay: Relay = { mailer, sender: options, takesUtf8, timeoutMs: options.timeoutMs ?? 60_000 };
  return {
    name: 'smtp',
    channel: 'email',
    send: (request) => send(relay, request),
    close: async () => mailer.close(),
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

const dkimOf = ({ dkim }: SmtpOptions): { dkim?: DKIMOptions } =>
  dkim ? { dkim: { ...dkim, headerFieldNames: SIGNED } } : {};

const send = async (relay: Relay, request: SendRequest): Promise<SendResult> => {
  const to = toEnvelope(request.address);
  if (!to) return { kind: 'refused', reason: 'invalid_address', code: 'EADDRESS', contact: 'dead' };
  const mail: Mail = { ...composeMail(request, to.address, relay.sender), handed: {} };
  try {
    if (to.needsUtf8 && !(await relay.takesUtf8())) {
      return { kind: 'refused', reason: 'invalid_address', code: 'ESMTPUTF8', contact: 'keep' };
    }
    const { response } = await withDeadline(relay.timeoutMs, (signal) => relay.mailer.sendMail({ ...mail, signal }));
    if (!/^2\d\d[ -]/.test(response)) return { kind: 'unknown', code: 'EPROTOCOL' };
    return { kind: 'accepted', providerRef: messageIdOf(request.deliveryId, relay.sender), code: codeOf(response) };
  } catch (error) {
    return readMailError(error as MailError, handedOver(mail.handed));
  }
};

/**
 * Gives the message as one piece to be sent, where it need not pass the library's signing, and keeps hold of the stream:
 * how far it was read tells what the relay can have seen.
 */
const inOnePiece =
  (signs: boolean) =>
  ({ message, data }: { message: MimeNode; data: object }, done: () => void): void => {
    const inParts = message.createReadStream.bind(message);
    message.createReadStream = () => {
      const whole = signs ? null : wholeMessage(message);
      const body = whole === null ? inParts() : Readable.from(Buffer.from(whole));
      (data as Mail).handed.body = body;
      return body;
    };
    done();
  };

const handedOver = ({ body }: Mail['handed']): Handover => {
  if (!body?.readableDidRead) return 'nothing';
  return body.readableEnded ? 'all' : 'part';
};

const codeOf = (response: string): string =>
  /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? response.slice(0, 3);
