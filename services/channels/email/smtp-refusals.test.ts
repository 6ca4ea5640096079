import { afterEach, describe, expect, it } from '@jest/globals';
import type { SMTPServerOptions } from 'smtp-server';
import { openSmtpFarSide, type SmtpFarSide, smtpError } from '../far-sides/smtp.ts';
import { type Mode, sampleRequest } from '../provider.behaviour.ts';
import type { Provider, SendRequest } from '../provider.ts';
import { createSmtpEmail, type SmtpOptions } from './smtp.ts';

const sender = { from: 'notices@notifyme.example', bounceDomain: 'bounces.notifyme.example' };

const openEmail = async (mode: Mode, server: SMTPServerOptions = {}, options: Partial<SmtpOptions> = {}) => {
  const far = await openSmtpFarSide(mode, server);
  const times = { connectTimeoutMs: 5_000, socketTimeoutMs: 5_000, timeoutMs: 20_000 };
  const provider = createSmtpEmail({ url: far.url, ...sender, requireTls: false, ...times, ...options });
  return { provider, far, handed: () => far.taken.length, stop: far.stop };
};

describe('refusals of email by SMTP', () => {
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

  it('C04: an Arabic local part is refused once by a relay without SMTPUTF8, and never rewritten', async () => {
    await start({ hideSMTPUTF8: true });
    expect(await send({ address: 'مستخدم@example.com' })).toEqual({
      kind: 'refused',
      reason: 'invalid_address',
      code: 'ESMTPUTF8',
      contact: 'keep',
    });
    expect(far.taken).toHaveLength(0);
    expect(await send()).toMatchObject({ kind: 'accepted' });
  });

  it.each([
    'noor',
    'a b@example.com',
    'a@b@example.com',
    'a@',
    'a>\r\nRCPT TO:<b@example.com',
    'a@[127.0.0.1',
    'a\u2028b@example.com',
  ])('refuses what is no address: %j', async (address) => {
    await start();
    expect(await send({ address })).toMatchObject({ kind: 'refused', reason: 'invalid_address', contact: 'dead' });
    expect(far.taken).toHaveLength(0);
  });

  it('does not send without TLS unless it was told to', async () => {
    await start({}, { requireTls: true });
    expect(await send()).toMatchObject({ kind: 'retry' });
    expect(far.taken).toHaveLength(0);
  });

  it('takes a refusal of the recipient for this recipient only', async () => {
    await start({
      onRcptTo: ({ address }, _session, callback) =>
        callback(address.startsWith('gone') ? smtpError('550 5.1.1 no such user') : null),
    });
    expect(await send({ address: 'gone@example.com' })).toEqual({
      kind: 'refused',
      reason: 'invalid_address',
      code: '5.1.1',
      contact: 'dead',
    });
    expect(await send()).toMatchObject({ kind: 'accepted' });
  });

  it('takes a refusal of the sender or of the session for ours to mend', async () => {
    await start({ onMailFrom: (_address, _session, callback) => callback(smtpError('550 5.7.1 not allowed')) });
    expect(await send()).toMatchObject({ kind: 'retry', reason: 'provider_misconfigured', code: '5.7.1' });
  });

  it('takes a refused log-in for ours to mend', async () => {
    await start({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, callback) => callback(smtpError('535 5.7.8 no')),
    });
    const url = far.url.replace('//', '//user:wrong@');
    const other = createSmtpEmail({ url, ...sender, requireTls: false });
    expect(await other.send(sampleRequest('email'))).toMatchObject({ kind: 'retry', reason: 'provider_misconfigured' });
    await other.close();
  });
});
