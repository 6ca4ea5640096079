import { createChaos } from './chaos.ts';
import { startGatewayServer } from './gateway/server.ts';
import { createReturnPath } from './mail/return-path.ts';
import { startMailServer } from './mail/server.ts';
import { createOutbox } from './outbox.ts';
import { startPages } from './pages/server.ts';
import { startPushServer } from './push/server.ts';
import { startSnsServer } from './sns/server.ts';
import type { Callbacks, LocalProviders, ProviderOptions, Timing } from './types.ts';

export type * from './types.ts';

const TIMING: Timing = { receiptMs: 250, reportMs: 250, fullMs: 3_000, slowMs: 2_000 };

/**
 * Starts the providers of a laptop: a mail relay, an SNS with its telephones, a Web Push service, and the pages
 * that show what people received. Everything is in memory and ends with `stop()`.
 * @throws the listen error of the first server that cannot have its port; the others are stopped again.
 */
export async function startLocalProviders(options: ProviderOptions = {}): Promise<LocalProviders> {
  const { host = '127.0.0.1', ports = {}, firehoseAccessKey = 'local-firehose-key', keep = true } = options;
  const { gatewayKey = 'local-gateway-key' } = options;
  const log = options.log ?? (() => {});
  const timing = { ...TIMING, ...options.timing };
  let callbacks: Callbacks = options.callbacks ?? {};

  const outbox = createOutbox({ keep });
  const chaos = createChaos();
  const shared = { host, outbox, chaos, timing, log };
  const returnPath = createReturnPath({ target: () => callbacks.bounceSmtp, log });
  const statusUrl = () => callbacks.snsDeliveryStatusUrl;

  const stops: (() => Promise<void>)[] = [async () => returnPath.stop()];
  const started = async <Server extends { stop(): Promise<void> }>(starting: Promise<Server>) => {
    const server = await starting.catch(async (error) => {
      await Promise.all(stops.map((stop) => stop()));
      throw error;
    });
    stops.push(server.stop);
    return server;
  };
  const smtp = await started(startMailServer({ ...shared, port: ports.smtp, returnPath }));
  // The same server again, with a switch of its own.
  const chaos2 = { ...chaos, mode: () => chaos.mode('email-2') };
  const smtp2 = await started(startMailServer({ ...shared, chaos: chaos2, port: ports.smtp2, returnPath }));
  const gateway = await started(
    startGatewayServer({
      ...shared,
      port: ports.gateway,
      key: gatewayKey,
      reportUrl: () => callbacks.smsGatewayUrl,
    }),
  );
  const sns = await started(startSnsServer({ ...shared, port: ports.sns, firehoseAccessKey, statusUrl }));
  const push = await started(startPushServer({ ...shared, port: ports.push }));
  const pages = await started(startPages({ host, port: ports.pages, outbox, chaos }));

  return {
    smtpUrl: `smtp://${host}:${smtp.port}`,
    smtpUrl2: `smtp://${host}:${smtp2.port}`,
    snsEndpoint: sns.origin,
    smsGatewayUrl: gateway.url,
    pushOrigin: push.origin,
    pagesUrl: pages.origin,
    setCallbacks(next) {
      callbacks = next;
    },
    outbox,
    chaos: chaos.set,
    createPushSubscription: push.create,
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
