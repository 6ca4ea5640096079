import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ParsedMail, simpleParser } from 'mailparser';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { createChaos } from '../chaos.ts';
import { createOutbox } from '../outbox.ts';
import { until } from '../until.ts';
import { createReturnPath } from './return-path.ts';
import { startMailServer } from './server.ts';

const ENVELOPE_FROM = 'bounces+d1@notifyme.example';

type Report = { from: string; to: string; raw: string; mail: ParsedMail };

let outbox: ReturnType<typeof createOutbox>;
let chaos: ReturnType<typeof createChaos>;
let server: Awaited<ReturnType<typeof startMailServer>>;
let returnPath: ReturnType<typeof createReturnPath>;
let receiver: SMTPServer;
let reports: Report[];
let refuseReports: number;

beforeEach(async () => {
  reports = [];
  refuseReports = 0;
  receiver = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onMailFrom: (_, __, next) =>
      refuseReports-- > 0 ? next(Object.assign(new Error('later'), { responseCode: 451 })) : next(),
    onData(stream, session, next) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks);
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom ? mailFrom.address : 'none';
        const mail = await simpleParser(raw, { keepDeliveryStatus: true } as object);
        reports.push({ from, to: rcptTo[0]!.address, raw: raw.toString(), mail });
        next();
      });
    },
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.server.address() as { port: number };
  outbox = createOutbox({ keep: true });
  chaos = createChaos();
  returnPath = createReturnPath({ target: () => ({ host: '127.0.0.1', port }), log: () => {} });
  const timing = { receiptMs: 0, reportMs: 0, fullMs: 50, slowMs: 3_000 };
  server = await startMailServer({ host: '127.0.0.1', outbox, chaos, timing, returnPath, log: () => {} });
});

afterEach(async () => {
  returnPath.stop();
  await server.stop();
  await new Promise<void>((resolve) => receiver.close(resolve));
});

type Send = { to: string; notify?: string[]; timeout?: number; message?: SendMailOptions };

function send({ to, notify, timeout = 5_000, message }: Send) {
  const transport = createTransport({
    host: '127.0.0.1',
    port: server.port,
    socketTimeout: timeout,
    greetingTimeout: timeout,
  });
  return transport.sendMail({
    from: 'NotifyMe <no-reply@notifyme.example>',
    to,
    subject: 'تم تجديد السجل',
    text: 'مرحبا',
    html: '<p dir="rtl">مرحبا</p>',
    envelope: { from: ENVELOPE_FROM, to },
    ...(notify && { dsn: { id: 'd+41=x', return: 'headers', notify, ...(/^[ -~]+$/.test(to) && { recipient: to }) } }),
    ...message,
  });
}

const fields = ({ raw }: Report) =>
  Object.fromEntries([...raw.matchAll(/^([A-Z][A-Za-z-]+): (.*)\r$/gm)].map(([, name, value]) => [name, value]));

describe('a mail', () => {
  it('is kept as a person sees it, with its envelope and its raw form', async () => {
    const { response } = await send({ to: 'noor@example.com', notify: ['SUCCESS'] });
    const [mail] = outbox.mail();
    expect(mail).toMatchObject({
      from: ENVELOPE_FROM,
      to: ['noor@example.com'],
      subject: 'تم تجديد السجل',
      text: expect.stringContaining('مرحبا'),
      html: expect.stringContaining('<p dir="rtl">مرحبا</p>'),
      notify: ['SUCCESS'],
    });
    expect(response).toContain(mail!.id);
    expect(mail!.raw.toString()).toMatch(/^From: NotifyMe/m);
  });

  it('C05: goes to an address beyond ASCII, because SMTPUTF8 is offered', async () => {
    await send({ to: 'مستخدم@example.test' });
    expect(outbox.mail()[0]?.to).toEqual(['مستخدم@example.test']);
  });

  it('is cut at 256 KiB when kept', async () => {
    await send({ to: 'noor@example.com', message: { text: 'x'.repeat(400_000), html: undefined } });
    expect(outbox.mail()[0]?.raw.length).toBe(256 * 1024);
  });
});

describe('a success report', () => {
  it('answers NOTIFY=SUCCESS with Action: delivered to the return path, from the null reverse-path', async () => {
    await send({ to: 'noor@example.com', notify: ['SUCCESS', 'FAILURE'] });
    await until(() => reports.length === 1);
    const [report] = reports;
    expect(report).toMatchObject({ from: '', to: ENVELOPE_FROM });
    expect(report!.mail.headers.get('content-type')).toMatchObject({
      value: 'multipart/report',
      params: { 'report-type': 'delivery-status' },
    });
    expect(fields(report!)).toMatchObject({
      'Original-Envelope-Id': 'd+41=x',
      'Original-Recipient': 'rfc822; noor@example.com',
      'Final-Recipient': 'rfc822; noor@example.com',
      Action: 'delivered',
      Status: '2.1.5',
    });
  });

  it('is not sent unless asked for (RFC 3461, section 4.1)', async () => {
    await send({ to: 'noor@example.com' });
    await send({ to: 'noor@example.com', notify: ['NEVER'] });
    await send({ to: 'sara@example.com', notify: ['SUCCESS'] });
    await until(() => reports.length > 0);
    expect(reports.map((report) => fields(report)['Final-Recipient'])).toEqual(['rfc822; sara@example.com']);
  });

  it('is repeated when the receiver asks for later', async () => {
    refuseReports = 1;
    await send({ to: 'noor@example.com', notify: ['SUCCESS'] });
    await until(() => reports.length === 1);
  });

  it('names an address beyond ASCII by the type utf-8 (RFC 6533)', async () => {
    await send({ to: 'نور@example.test', notify: ['SUCCESS'] });
    await until(() => reports.length === 1);
    expect(fields(reports[0]!)['Final-Recipient']).toBe('utf-8; \\x{646}\\x{648}\\x{631}@example.test');
  });
});

describe('C19: a magic address', () => {
  it('bounce@ is accepted, then reported as failed 5.1.1', async () => {
    await send({ to: 'bounce.7@example.com', notify: ['SUCCESS', 'FAILURE'] });
    await until(() => reports.length === 1);
    expect(fields(reports[0]!)).toMatchObject({ Action: 'failed', Status: '5.1.1' });
  });

  it('full@ is reported as delayed 4.2.2 and then as failed 5.2.2', async () => {
    await send({ to: 'full@example.com' });
    await until(() => reports.length === 2);
    expect(reports.map(fields)).toEqual([
      expect.objectContaining({ Action: 'delayed', Status: '4.2.2' }),
      expect.objectContaining({ Action: 'failed', Status: '5.2.2' }),
    ]);
  });

  it('ooo@ answers automatically and says so (RFC 3834)', async () => {
    const { messageId } = await send({ to: 'ooo@example.com' });
    await until(() => reports.length === 1);
    expect(reports[0]).toMatchObject({ from: '', to: ENVELOPE_FROM });
    expect(fields(reports[0]!)).toMatchObject({ 'Auto-Submitted': 'auto-replied', 'In-Reply-To': messageId });
  });

  it('complain@ sends an abuse report (RFC 5965)', async () => {
    await send({ to: 'complain@example.com' });
    await until(() => reports.length === 1);
    expect(fields(reports[0]!)).toMatchObject({ 'Feedback-Type': 'abuse', Version: '1' });
  });

  it('reject@ is refused at RCPT with 550 5.1.1', async () => {
    await expect(send({ to: 'reject@example.com' })).rejects.toMatchObject({
      responseCode: 550,
      response: expect.stringMatching(/^550 5\.1\.1 /),
    });
  });

  it('greylist@ is refused with 451 4.7.1 once, then accepted', async () => {
    await expect(send({ to: 'greylist@example.com' })).rejects.toMatchObject({
      response: expect.stringMatching(/^451 4\.7\.1 /),
    });
    await send({ to: 'greylist@example.com' });
    expect(outbox.counts().email).toBe(1);
  });

  it('bouncer@ is not magic', async () => {
    await send({ to: 'bouncer@example.com', notify: ['SUCCESS', 'FAILURE'] });
    await until(() => reports.length === 1);
    expect(fields(reports[0]!).Action).toBe('delivered');
  });
});

describe('chaos', () => {
  it.each([
    ['refuse', /^421 4\.3\.2/, 0],
    ['throttle', /^450 4\.7\.1/, 0],
    ['black-hole', undefined, 0],
    ['reset', undefined, 0],
    ['slow', undefined, 1],
    ['accept-then-timeout', undefined, 1],
  ] as const)('C16: %s fails a client that does not wait for ever', async (mode, response, stored) => {
    chaos.set('email', mode);
    const failure = send({ to: 'noor@example.com', timeout: response ? 5_000 : 1_000 });
    await expect(failure).rejects.toMatchObject(response ? { response: expect.stringMatching(response) } : {});
    await until(() => outbox.counts().email === stored);
  });

  it('also reaches a connection that is already open', async () => {
    const pool = createTransport({ host: '127.0.0.1', port: server.port, pool: true, maxConnections: 1 });
    const mail = { from: 'a@notifyme.example', to: 'noor@example.com', text: 'x' };
    await pool.sendMail(mail);
    chaos.set('email', 'refuse');
    await expect(pool.sendMail(mail)).rejects.toMatchObject({ responseCode: 421 });
    pool.close();
  });
});
