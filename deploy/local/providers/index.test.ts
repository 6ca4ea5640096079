import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import webpush from 'web-push';
import { startLocalProviders } from './index.ts';
import type { LocalProviders, ProviderOptions } from './types.ts';
import { until } from './until.ts';

let providers: LocalProviders | undefined;
afterEach(() => providers?.stop());
const start = async (options?: ProviderOptions) => (providers = await startLocalProviders(options));

const vapidDetails = { subject: 'mailto:push@notifyme.example', ...webpush.generateVAPIDKeys() };

/** One message by each channel. */
async function sendOneOfEach({ snsEndpoint, smtpUrl, createPushSubscription }: LocalProviders) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sns = new SNSClient({ region: 'me-south-1', endpoint: snsEndpoint, credentials });
  await sns.send(new PublishCommand({ PhoneNumber: '+97336001234', Message: 'Renewed' }));
  sns.destroy();
  await createTransport(smtpUrl).sendMail({
    from: 'a@notifyme.example',
    to: 'noor@example.com',
    subject: 'Renewed',
    text: 'x',
  });
  const push = webpush.generateRequestDetails(createPushSubscription(), '{"title":"Renewed"}', { vapidDetails });
  const { 'Content-Length': _, ...headers } = push.headers as Record<string, string>;
  await fetch(push.endpoint, { method: 'POST', headers, body: new Uint8Array(push.body) });
}

it('starts all servers on free ports, shows what was sent, and forgets it on demand', async () => {
  const { outbox, pagesUrl, ...rest } = await start();
  await sendOneOfEach({ outbox, pagesUrl, ...rest });
  expect([outbox.sms()[0]?.text, outbox.mail()[0]?.subject, outbox.push()[0]?.title]).toEqual(Array(3).fill('Renewed'));
  const shown = (await (await fetch(`${pagesUrl}/api/outbox.json`)).json()) as { counts: object };
  expect(shown.counts).toEqual({ sms: 1, email: 1, push: 1 });
  outbox.clear();
  expect([outbox.sms(), outbox.mail(), outbox.push()]).toEqual([[], [], []]);
});

it('with keep: false counts and keeps nothing', async () => {
  const { outbox, ...rest } = await start({ keep: false });
  await sendOneOfEach({ outbox, ...rest });
  expect(outbox.counts()).toEqual({ sms: 1, email: 1, push: 1 });
  expect([outbox.sms(), outbox.mail(), outbox.push()]).toEqual([[], [], []]);
});

it('tells receipts to the addresses that are set after the start', async () => {
  const [platform, other] = [await startLocalProviders(), await startLocalProviders({ timing: { reportMs: 0 } })];
  providers = other;
  // The other relay stands in for the platform: reports are mail as well.
  const { hostname, port } = new URL(platform.smtpUrl);
  other.setCallbacks({ bounceSmtp: { host: hostname, port: Number(port) } });
  const to = 'noor@example.com';
  await createTransport(other.smtpUrl).sendMail({
    envelope: { from: 'bounces+d1@notifyme.example', to },
    to,
    text: 'x',
    dsn: { notify: ['SUCCESS'] } as object,
  });
  await until(() => platform.outbox.mail().length === 1);
  expect(platform.outbox.mail()[0]).toMatchObject({ from: '', to: ['bounces+d1@notifyme.example'] });
  await platform.stop();
});

it('stops what it had started when a port is taken', async () => {
  const { pagesUrl, smtpUrl } = await start();
  const taken = Number(new URL(pagesUrl).port);
  const free = await startLocalProviders();
  const freed = Number(new URL(free.snsEndpoint).port);
  await free.stop();
  await expect(startLocalProviders({ ports: { sns: freed, pages: taken } })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  await expect(fetch(`http://127.0.0.1:${freed}`)).rejects.toThrow();
  expect(smtpUrl).toMatch(/^smtp:\/\/127\.0\.0\.1:\d+$/);
});

it('stops at once, although clients hold connections open', async () => {
  const { smtpUrl, chaos, stop } = await start();
  const pool = createTransport({ url: smtpUrl, pool: true } as object);
  await pool.sendMail({ from: 'a@notifyme.example', to: 'noor@example.com', text: 'x' } as object);
  chaos('email', 'accept-then-timeout');
  const held = pool.sendMail({ from: 'a@notifyme.example', to: 'noor@example.com', text: 'x' } as object);
  held.catch(() => {});
  const begin = Date.now();
  await stop();
  expect(Date.now() - begin).toBeLessThan(1_000);
  pool.close();
});
