import { readFileSync } from 'node:fs';
import type { Channel } from '../../contracts/status.ts';
import type { StartContext } from '../shared/run.ts';
import type { Settings } from '../shared/settings.ts';
import { createSmtpEmail } from './email/smtp.ts';
import { several } from './failover/several.ts';
import { longestCallMs } from './lease.ts';
import type { Provider } from './provider.ts';
import { pushProvider } from './push/provider.ts';
import { createSmsGateway } from './sms/gateway.ts';
import { createSnsSms } from './sms/sns.ts';
import { snsOptions } from './sns/options.ts';

/** The provider of a channel, as the settings make it up. */
export function providerFor(channel: Channel, context: StartContext): Provider {
  switch (channel) {
    case 'sms':
      return smsProvider(context);
    case 'email':
      return emailProvider(context);
    case 'push':
      return pushProvider(context);
    default:
      throw new Error(`no provider for channel ${channel satisfies never}`);
  }
}

/**
 * SNS, and a local gateway where one is set. A lane's next batch waits for the last call of the one before, so one gone
 * silent must not hold it for long.
 */
function smsProvider(context: StartContext): Provider {
  const { settings, ledger, timing } = context;
  const { SMS_GATEWAY_URL, SMS_GATEWAY_KEY, SMS_GATEWAY_WEIGHT, SNS_SMS_WEIGHT, CONCURRENCY_SMS, SMS_TIMEOUT_SECONDS } =
    settings;
  const timeoutMs = longestCallMs(timing.leaseMs, SMS_GATEWAY_URL === '' ? 1 : 2, SMS_TIMEOUT_SECONDS * 1_000);
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
