import net from 'node:net';
import { SMTPServer, type SMTPServerEnvelope, type SMTPServerOptions } from 'smtp-server';
import type { Mode } from '../provider.behaviour.ts';
import { listen } from './http.ts';

export type TakenMail = { envelope: SMTPServerEnvelope; raw: string };
/** `wire` is all that clients wrote, as it stood on the line. */
export type SmtpFarSide = { url: string; taken: TakenMail[]; wire(): string; stop(): Promise<void> };

/** No reply of RFC 5321, though it begins like a good one. */
const GARBAGE = '2 many cooks\r\n';

/** Time within which the slow far side answers, in milliseconds. */
const SLOW = 150;

/** Codes are written by the tests, so the server's own enhanced codes stay off. */
const QUIET: SMTPServerOptions = {
  authOptional: true,
  disableReverseLookup: true,
  hideDSN: false,
  disabledCommands: ['STARTTLS'],
  hideENHANCEDSTATUSCODES: true,
};

const REFUSALS: Partial<Record<Mode, string>> = {
  'refuses for good': '550 5.1.1 no such user',
  'refuses for now': '451 4.3.0 try later',
  'asks to slow down': '450 4.7.28 too much mail',
};

/** Starts a stand-in of a relay that behaves as `mode` says, with the options of a real SMTP server. For tests. */
export const openSmtpFarSide = async (mode: Mode, options: SMTPServerOptions = {}): Promise<SmtpFarSide> => {
  const taken: TakenMail[] = [];
  if (mode === 'times out before it could accept') return open(net.createServer(), taken);
  if (mode === 'answers garbage after it may have accepted') return open(scripted(taken, GARBAGE), taken);
  if (mode === 'closes half-way after it may have accepted') return open(scripted(taken, null), taken);
  const server = new SMTPServer({
    ...QUIET,
    onData: async (stream, session, callback) => {
      const envelope = structuredClone(session.envelope);
      taken.push({ envelope, raw: Buffer.concat(await stream.toArray()).toString('latin1') });
      settle(mode, callback);
    },
    ...options,
  });
  server.on('error', () => {});
  const far = await open(server.server, taken);
  if (mode === 'refuses the connection') await far.stop();
  return far;
};

const open = async (server: net.Server, taken: TakenMail[]): Promise<SmtpFarSide> => {
  const chunks: Buffer[] = [];
  server.on('connection', (socket: net.Socket) => socket.on('data', (chunk) => chunks.push(chunk)));
  const { port, stop } = await listen(server);
  const wire = (): string => Buffer.concat(chunks).toString();
  return { wire, url: `smtp://127.0.0.1:${port}`, taken, stop };
};

const settle = (mode: Mode, callback: (error: Error | null, message?: string) => void): void => {
  const refusal = REFUSALS[mode];
  if (mode === 'times out after it may have accepted') return;
  if (mode === 'is slow but in time') setTimeout(() => callback(null), SLOW);
  else if (refusal) callback(smtpError(refusal));
  else callback(null, 'queued');
};

/** An error that the server answers as the given reply, such as `550 5.1.1 no such user`. */
export const smtpError = (reply: string): Error & { responseCode: number } =>
  Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });

/** The least of a server: takes one message, then says `last` in place of a reply, or hangs up. */
const scripted = (taken: TakenMail[], last: string | null): net.Server =>
  net.createServer((socket) => {
    let data: string | null = null;
    socket.write('220 far.example ESMTP\r\n');
    socket.on('data', (chunk) => {
      if (data !== null) data += chunk.toString('latin1');
      else if (/^DATA\r\n/im.test(chunk.toString())) {
        data = '';
        socket.write('354 go on\r\n');
      } else socket.write('250 ok\r\n');
      if (!data?.endsWith('\r\n.\r\n')) return;
      taken.push({ envelope: { mailFrom: false, rcptTo: [] }, raw: data });
      data = null;
      if (last) socket.write(last);
      else socket.destroy();
    });
  });
