import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import type { SMTPServerOptions } from 'smtp-server';
import { openSmtpFarSide, type SmtpFarSide } from '../far-sides/smtp.ts';
import { behavesAsProvider, type Mode, sampleRequest } from '../provider.behaviour.ts';
import type { Provider, SendRequest } from '../provider.ts';
import { createSmtpEmail, type SmtpOptions } from './smtp.ts';

const sender = { from: 'notices@notifyme.example', bounceDomain: 'bounces.notifyme.example' };

const IMPATIENT: ReadonlySet<Mode> = new Set<Mode>([
  'times out before it could accept',
  'times out after it may have accepted',
]);

const openEmail = async (mode: Mode, server: SMTPServerOptions = {}, options: Partial<SmtpOptions> = {}) => {
  const far = await openSmtpFarSide(mode, server);
  // Short only where a time-out is what is tested: a busy machine must not turn an acceptance into one.
  const patience = IMPATIENT.has(mode) ? 600 : 5_000;
  const times = { connectTimeoutMs: patience, socketTimeoutMs: patience, timeoutMs: 5 * patience };
  const provider = createSmtpEmail({ url: far.url, ...sender, requireTls: false, ...times, ...options });
  return { provider, far, handed: () => far.taken.length, stop: far.stop };
};

behavesAsProvider('email by SMTP', openEmail, () => sampleRequest('email'));

describe('email by SMTP', () => {
  let far: SmtpFarSide;
  let provider: Provider;
  const start = async (server: SMTPServerOptions = {}, options: Partial<SmtpOptions> = {}) => {
    ({ far, provider } = await openEmail('accepts', server, options));
  };
  afterEach(async () => {
    await provider.close();
    await far.stop();
  });
  const send = (parts: Partial<SendRequest> = {}) => provider.send(sampleRequest('email', parts));
  const sent = async (parts: Partial<SendRequest> = {}) => {
    expect(await send(parts)).toMatchObject({ kind: 'accepted' });
    const { envelope, raw } = far.taken.at(-1)!;
    const parsed = await simpleParser(raw);
    return { envelope, raw, parsed, lines: parsed.headerLines.map(({ key }) => key) };
  };

  it('names every attempt of a delivery by the same Message-ID and hands it back', async () => {
    await start();
    const first = await sent();
    const second = await sent();
    expect(first.parsed.messageId).toBe('<d_0123456789abcdef0123456789abcdef@notifyme.example>');
    expect(second.parsed.messageId).toBe(first.parsed.messageId);
    expect(await send()).toMatchObject({ providerRef: first.parsed.messageId });
  });

  it('lets bounces come back under the delivery and asks for status notifications (RFC 3461)', async () => {
    await start();
    const { envelope } = await sent();
    const id = 'd_0123456789abcdef0123456789abcdef';
    expect(envelope.mailFrom).toMatchObject({ address: `bounce+${id}@bounces.notifyme.example` });
    expect(far.wire()).toMatch(new RegExp(`^MAIL FROM:<.*> .*RET=HDRS ENVID=${id}\\b`, 'm'));
    expect(far.wire()).toMatch(/^RCPT TO:<noor@example.com> NOTIFY=SUCCESS,FAILURE,DELAY\b/m);
  });

  it('asks a relay without DSN for none', async () => {
    await start({ hideDSN: true });
    await sent();
    expect(far.wire()).toContain('RCPT TO:<noor@example.com>\r\n');
    expect(far.wire()).not.toContain('ENVID');
  });

  it('comes from the entity by name, in Arabic too, as text and as HTML', async () => {
    await start();
    const message = { channel: 'email', subject: 'تجديد الرخصة', html: '<p>تم</p>', text: 'تم' } as const;
    const { parsed, raw } = await sent({ entityName: 'سجلات', language: 'ar', message });
    expect(parsed.from?.value).toEqual([{ name: 'سجلات', address: 'notices@notifyme.example' }]);
    expect([parsed.subject, parsed.text?.trim(), parsed.html]).toEqual(['تجديد الرخصة', 'تم', '<p>تم</p>']);
    expect(/[^\p{ASCII}]/u.test(raw.slice(0, raw.indexOf('\r\n\r\n')))).toBe(false);
  });

  it('says that a machine wrote it, in which language and about what', async () => {
    await start();
    const { headers } = (await sent({ language: 'ar' })).parsed;
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(headers.get('content-language')).toBe('ar');
    expect(headers.get('notifyme-reference')).toBe('sijilat/n_fedcba9876543210fedcba9876543210');
  });

  it('offers one-click unsubscription (RFC 8058) only where it is given and https', async () => {
    await start();
    const url = 'https://notifyme.example/unsubscribe?t=a=b&l=ar';
    const one = await sent({ unsubscribeUrl: url });
    expect(one.raw).toContain(`List-Unsubscribe: <${url}>\r\n`);
    expect(one.raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
    expect((await sent({ unsubscribeUrl: null })).raw).not.toContain('List-Unsubscribe');
    expect((await sent({ unsubscribeUrl: 'http://localhost/u' })).raw).not.toContain('One-Click');
  });

  it.each(['\r\n', '\n', '\u2028'])('C12: a break (%j) in a value adds no header', async (br) => {
    await start();
    const evil = `Renewal${br}Bcc: x@evil.example`;
    const message = { channel: 'email', subject: evil, html: '<p>x</p>', text: 'x' } as const;
    const control = await sent({ unsubscribeUrl: 'https://notifyme.example/u' });
    const attacked = await sent({
      message,
      entityName: evil,
      entity: evil,
      unsubscribeUrl: `https://notifyme.example/u${br}Bcc: x@evil.example`,
    });
    expect(attacked.lines).toEqual(control.lines);
    expect(attacked.parsed.subject).toBe('Renewal Bcc: x@evil.example');
    expect(attacked.envelope.rcptTo.map(({ address }) => address)).toEqual(['noor@example.com']);
  });

  it.each([
    ['user@مثال.البحرين', 'user@xn--mgbh0fb.xn--mgbcpq6gpa1a'],
    ['noor+gov@example.com', 'noor+gov@example.com'],
    ['مستخدم@example.com', 'مستخدم@example.com'],
  ])('C04: %s goes to %s', async (address, recipient) => {
    await start();
    await sent({ address });
    expect(far.wire()).toContain(`RCPT TO:<${recipient}>`);
  });

  it('signs with DKIM over the headers of RFC 8058', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await start({}, { dkim: { domainName: 'notifyme.example', keySelector: 's1', privateKey: key } });
    const { raw } = await sent({ unsubscribeUrl: 'https://notifyme.example/u' });
    const signed = /DKIM-Signature:.*?\sh=([^;]*);/s.exec(raw)?.[1]?.replace(/\s/g, '').toLowerCase().split(':');
    expect(signed).toEqual(expect.arrayContaining(['from', 'list-unsubscribe', 'list-unsubscribe-post', 'message-id']));
  });
});
