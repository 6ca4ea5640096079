import type { RequestHandler } from 'express';
import { problem } from '../../shared/http/problem.ts';
import type { EvidenceDeps } from './deps.ts';
import { createReceiptMaker } from './receipt.ts';
import { confirmationUrl } from './sns-address.ts';
import { readEnvelope, type SnsEnvelope } from './sns-envelope.ts';
import type { SnsFetcher } from './sns-fetcher.ts';
import { messageReceipts } from './sns-receipts.ts';
import { createSnsTrust } from './sns-trust.ts';

export type SnsDeps = EvidenceDeps & { fetcher: SnsFetcher; topicArns: string[]; maxAgeMs?: number };

const HOUR_MS = 3_600_000;

/**
 * `POST /callbacks/sns`: 400 unreadable, 403 not to be trusted, 503 try again (broker or certificate not to be had),
 * 204 when every receipt in it is with the broker. SNS repeats after a 5xx and gives up after a 4xx.
 */
export function createSnsRoute(deps: SnsDeps): RequestHandler {
  const { now = Date.now, maxAgeMs = HOUR_MS, log, metrics } = deps;
  const trust = createSnsTrust({ ...deps, now, maxAgeMs });
  const make = createReceiptMaker(deps);
  const count = (result: string) => metrics?.callbacks.inc({ source: 'sns', result });

  async function take(envelope: SnsEnvelope): Promise<string> {
    if (envelope.Type === 'SubscriptionConfirmation') {
      const url = confirmationUrl(envelope.SubscribeURL ?? '', envelope.TopicArn);
      if (url) await deps.fetcher.get(url);
      return 'confirmed';
    }
    // A subscription that somebody took away is an operator's to renew, never ours to put back.
    if (envelope.Type === 'UnsubscribeConfirmation') return 'unsubscribed';
    const receipts = messageReceipts(envelope.Message, make);
    if (receipts?.length) await deps.publish(receipts);
    return receipts === null ? 'not_understood' : 'accepted';
  }

  return async (req, res) => {
    const envelope = readEnvelope(Buffer.isBuffer(req.body) ? req.body.toString('utf8') : '');
    if (!envelope) {
      count('unreadable');
      throw problem('callback_unreadable');
    }
    const distrust = await trust.check(envelope).catch((error) => fail(error, 'unverifiable'));
    if (distrust) {
      log.warn({ event: 'callback_refused', provider: 'sns', code: distrust });
      count('refused');
      throw problem('callback_untrusted', { extra: { why: distrust } });
    }
    const result = await take(envelope).catch((error) => fail(error, 'failed'));
    if (result !== 'accepted') log.warn({ event: 'callback_odd', provider: 'sns', code: result });
    count(result);
    res.status(204).end();
  };

  function fail(error: unknown, result: string): never {
    log.error({ event: 'callback_failed', provider: 'sns', code: String((error as { code?: unknown })?.code) });
    count(result);
    throw problem('callback_unavailable', { retryAfterSeconds: 30 });
  }
}
