import type { RequestHandler } from 'express';
import { checkGateway } from '../../shared/gateway-signature.ts';
import { problem } from '../../shared/http/problem.ts';
import type { EvidenceDeps } from './deps.ts';
import { gatewayReceipts } from './gateway-reports.ts';
import { createReceiptMaker } from './receipt.ts';

export type GatewayDeps = EvidenceDeps & {
  /** Keys that sign reports; more than one while a key is changed. None: nothing is let in. */
  gatewayKeys?: readonly string[];
};

/**
 * `POST /callbacks/sms-gateway`: delivery reports, signed as our own requests are (HMAC-SHA256 over time and body). 403
 * not to be trusted or older than five minutes, 400 unreadable, 503 the broker is away, 204 when every receipt in it is
 * with the broker. A report that is shown again has the same receipt id, so it changes nothing.
 */
export function createGatewayRoute(deps: GatewayDeps): RequestHandler {
  const { now = Date.now, log, metrics, gatewayKeys = [] } = deps;
  const make = createReceiptMaker(deps);
  const count = (result: string) => metrics?.callbacks.inc({ source: 'sms-gateway', result });

  return async (req, res) => {
    const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const fault = checkGateway(gatewayKeys, (name) => req.get(name), body, now());
    if (fault) {
      log.warn({ event: 'callback_refused', provider: 'sms-gateway', code: fault });
      count('refused');
      throw problem('callback_untrusted', { extra: { why: fault } });
    }
    const receipts = gatewayReceipts(body.toString('utf8'), make);
    if (!receipts) {
      count('unreadable');
      throw problem('callback_unreadable');
    }
    try {
      if (receipts.length > 0) await deps.publish(receipts);
    } catch (error) {
      log.error({
        event: 'callback_failed',
        provider: 'sms-gateway',
        code: String((error as { code?: unknown })?.code),
      });
      count('failed');
      throw problem('callback_unavailable', { retryAfterSeconds: 30 });
    }
    count(receipts.length > 0 ? 'accepted' : 'not_understood');
    res.status(204).end();
  };
}
