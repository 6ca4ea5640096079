import type { Receipt } from '../../contracts/generated/types.ts';
import type { Start, StartContext } from '../shared/run.ts';
import { createBounceListener, createCallbacksApi, createSnsFetcher, type SnsFetcher } from './callbacks/index.ts';
import { createIngest } from './service.ts';

/** The front door in a process: the entities' API, the providers' callbacks, and the SMTP listener for bounces. */
export const wireIngest: Start = (context) => wireIngestWith(createSnsFetcher())(context);

/** The same with another way to SNS's certificates, for where no SNS signs: a laptop, tests. */
export const wireIngestWith =
  (fetcher: SnsFetcher): Start =>
  async (context) => {
    const { settings, log, metrics, sealer } = context;
    const evidence = {
      log,
      metrics,
      sealer: sealer as { seal(plain: string, context: string): string },
      publish: publishTo(context),
    };
    const callbacks = createCallbacksApi({
      ...evidence,
      fetcher,
      topicArns: settings.SNS_CALLBACK_TOPICS,
      firehoseKeys: settings.FIREHOSE_ACCESS_KEY ? [settings.FIREHOSE_ACCESS_KEY] : [],
      gatewayKeys: settings.SMS_GATEWAY_KEY,
    });
    const bounces = createBounceListener({
      host: settings.HOST,
      port: settings.BOUNCE_PORT,
      bounceDomain: settings.BOUNCE_DOMAIN,
      deps: evidence,
    });
    const { port } = await bounces.start();
    log.info({ event: 'bounce_listener', port });
    // Callbacks read bodies as bytes, so they stand before anything that parses.
    return {
      routers: [
        { path: '/', router: callbacks },
        { path: '/', router: createIngest({ ...context, now: context.clock }).router },
      ],
      stop: () => bounces.stop(),
      ports: { bounces: port },
    };
  };

const publishTo =
  ({ producer, topics }: StartContext) =>
  (receipts: Receipt[]): Promise<void> =>
    producer.send([
      {
        topic: topics.receipts,
        messages: receipts.map((receipt) => ({
          key: receipt.deliveryId ?? receipt.providerRef ?? null,
          value: JSON.stringify(receipt),
        })),
      },
    ]);
