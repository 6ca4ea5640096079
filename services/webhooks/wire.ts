import { consumerCheck, type Start } from '../shared/run.ts';
import { createMailer } from './mailer.ts';
import { createSender } from './sender.ts';
import { startWebhooks } from './service.ts';

const HOUR_MS = 3_600_000;

/** Webhooks in a process: their API, the consumer of outcomes, and what posts them. */
export const wireWebhooks: Start = async (context) => {
  const { settings } = context;
  const timeoutMs = settings.WEBHOOK_TIMEOUT_SECONDS * 1_000;
  const allowPrivate = settings.WEBHOOK_ALLOW_PRIVATE;
  const { router, consumer, registered, stop } = await startWebhooks({
    ...context,
    sender: createSender({ timeoutMs, allowPrivate }),
    mailer: createMailer({
      url: settings.SMTP_URL,
      from: settings.MAIL_FROM,
      requireTls: settings.SMTP_REQUIRE_TLS,
      caFile: settings.SMTP_CA_FILE,
    }),
    random: Math.random,
    allowPrivate,
    leaseMs: 2 * timeoutMs + 5_000,
    suspendAfterMs: settings.WEBHOOK_SUSPEND_HOURS * HOUR_MS,
    concurrency: settings.WEBHOOK_CONCURRENCY,
    restMs: settings.WEBHOOK_REST_MS,
  });
  return { routers: [{ path: '/', router }], checks: [consumerCheck('webhooks', consumer), registered], stop };
};
