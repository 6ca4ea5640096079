import { readFileSync } from 'node:fs';
import type { Channel } from '../../contracts/status.ts';
import { weightsInForce } from '../shared/controls/scope.ts';
import type { StartContext } from '../shared/run.ts';
import type { Settings } from '../shared/settings.ts';
import { createSmtpEmail } from './email/smtp.ts';
import type { BreakerState } from './failover/breaker.ts';
import { createFailover, type FailoverOptions } from './failover/failover.ts';
import { longestCallMs } from './lease.ts';
import type { Provider, SendRequest } from './provider.ts';
import { createSnsPush } from './push/sns.ts';
import { createWebPush } from './push/webpush.ts';
import { createSmsGateway } from './sms/gateway.ts';
import { createSnsSms } from './sms/sns.ts';

/** The provider of a channel, as the settings make it up. */
export function providerFor(channel: Channel, context: StartContext): Provider {
  switch (channel) {
    case 'sms':
      return smsProvider(context);
    case 'email':
      return emailProvider(context);
    case 'push':
      return pushProvider(context.settings);
    default:
      throw new Error(`no provider for channel ${channel satisfies never}`);
  }
}

/** A lane's next batch waits for the last call of the one before, so a provider gone silent must not hold it for long. */
const SMS_TIMEOUT_MS = 5_000;

/** SNS, and a local gateway where one is set. */
function smsProvider(context: StartContext): Provider {
  const { settings, ledger, timing } = context;
  const { SMS_GATEWAY_URL, SMS_GATEWAY_KEY, SMS_GATEWAY_WEIGHT, SNS_SMS_WEIGHT, CONCURRENCY_SMS } = settings;
  const timeoutMs = longestCallMs(timing.leaseMs, SMS_GATEWAY_URL === '' ? 1 : 2, SMS_TIMEOUT_MS);
  const sns = createSnsSms({ ...snsOptions(settings, CONCURRENCY_SMS), timeoutMs });
  const gateway =
    SMS_GATEWAY_URL === ''
      ? null
      : createSmsGateway({
          url: SMS_GATEWAY_URL,
          key: SMS_GATEWAY_KEY[0] ?? '',
          callbackUrl: new URL('/callbacks/sms-gateway', settings.PUBLIC_URL).href,
          maxSockets: CONCURRENCY_SMS,
          timeoutMs,
        });
  return several(context, {
    channel: 'sms',
    providers: [
      { provider: sns, weight: SNS_SMS_WEIGHT },
      ...(gateway ? [{ provider: gateway, weight: SMS_GATEWAY_WEIGHT }] : []),
    ],
    suspectMs: 500,
    async receipts(ids) {
      const found = await ledger.receipts
        .find({ deliveryId: { $in: ids } })
        .select({ deliveryId: 1, receivedAt: 1 })
        .lean<{ deliveryId: string; receivedAt: Date }[]>();
      return new Map(found.map(({ deliveryId, receivedAt }) => [deliveryId, receivedAt]));
    },
  });
}

/** One mail relay, or two. */
function emailProvider(context: StartContext): Provider {
  const { settings, timing } = context;
  const { SMTP_URL, SMTP_URL_2, SMTP_WEIGHT, SMTP_WEIGHT_2 } = settings;
  const second = SMTP_URL_2 === '' ? [] : [{ url: SMTP_URL_2, name: 'smtp-2', weight: SMTP_WEIGHT_2 }];
  const relays = [{ url: SMTP_URL, name: 'smtp', weight: SMTP_WEIGHT }, ...second];
  // All calls of one turn must end within a claim.
  const timeoutMs = longestCallMs(timing.leaseMs, relays.length);
  return several(context, {
    channel: 'email',
    providers: relays.map(({ url, name, weight }) => ({
      provider: { ...createSmtpEmail({ ...mailOptions(settings), url, timeoutMs }), name },
      weight,
    })),
    // Mail servers may take their time; a call that fails says so itself.
    breaker: { slowMs: false },
    suspectMs: 5_000,
  });
}

function mailOptions(settings: Settings) {
  const { DKIM_DOMAIN, DKIM_SELECTOR, DKIM_KEY_FILE, SMTP_CA_FILE } = settings;
  return {
    from: settings.MAIL_FROM,
    bounceDomain: settings.BOUNCE_DOMAIN,
    requireTls: settings.SMTP_REQUIRE_TLS,
    maxConnections: settings.CONCURRENCY_EMAIL,
    ...(SMTP_CA_FILE && { tls: { ca: [readFileSync(SMTP_CA_FILE, 'utf8')] } }),
    ...(DKIM_DOMAIN && {
      dkim: { domainName: DKIM_DOMAIN, keySelector: DKIM_SELECTOR, privateKey: readFileSync(DKIM_KEY_FILE, 'utf8') },
    }),
  };
}

const LEVEL: Record<BreakerState, number> = { closed: 0, 'half-open': 1, open: 2 };

/** Also one alone stands behind a breaker: while it is down, notices wait without burning attempts. */
function several(
  { metrics, log, clock, controls }: StartContext,
  options: Omit<FailoverOptions, 'clock' | 'random' | 'changed' | 'weights'>,
): Provider {
  const { channel } = options;
  const failover = createFailover({
    ...options,
    clock,
    random: Math.random,
    weights: async () => weightsInForce(await controls.current(), clock()),
    changed(provider, state) {
      metrics.breakerState.set({ channel, provider }, LEVEL[state]);
      if (state !== 'closed') log.warn({ event: 'breaker', channel, provider, code: state });
    },
  });
  return {
    ...failover,
    async send(request) {
      const result = await failover.send(request);
      for (const { name, share } of failover.state()) metrics.providerShare.set({ channel, provider: name }, share);
      return result;
    },
  };
}

const snsOptions = (settings: Settings, maxSockets: number) => ({
  region: settings.SNS_REGION,
  maxSockets,
  // A stand-in takes any credentials; AWS asks the SDK's own chain of sources.
  ...(settings.SNS_ENDPOINT && {
    endpoint: settings.SNS_ENDPOINT,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }),
});

/** Browsers by Web Push, phones by SNS: which one, the contact's kind says. */
function pushProvider(settings: Settings): Provider {
  const mobile = createSnsPush({
    ...snsOptions(settings, settings.CONCURRENCY_PUSH),
    applications: {
      fcm: settings.SNS_FCM_APPLICATION_ARN || undefined,
      apns: settings.SNS_APNS_APPLICATION_ARN || undefined,
    },
  });
  const web = createWebPush({
    vapid: {
      subject: settings.VAPID_SUBJECT,
      publicKey: settings.VAPID_PUBLIC_KEY,
      privateKey: settings.VAPID_PRIVATE_KEY,
    },
    allowPrivate: settings.PUSH_ALLOW_PRIVATE,
  });
  const oneFor = (kind: SendRequest['addressKind']) => (kind === 'webpush' ? web : mobile);
  return {
    name: 'push',
    channel: 'push',
    async send(request) {
      const one = oneFor(request.addressKind);
      return { ...(await one.send(request)), provider: one.name };
    },
    serves: (kind) => [oneFor(kind).name],
    close: async () => {
      await Promise.all([web.close(), mobile.close()]);
    },
  };
}
