import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Receipt } from '../../../contracts/generated/types.ts';
import type { EvidenceDeps } from './deps.ts';
import { readFirehoseBody } from './firehose-body.ts';
import { createReceiptMaker } from './receipt.ts';
import { statusReceipts } from './sns-receipts.ts';

export type SmsStatusDeps = EvidenceDeps & {
  /** Access keys that Data Firehose may show; more than one while a key is changed. None: nothing is let in. */
  firehoseKeys: string[];
  /** Bytes that one request may unpack to. */
  maxInflatedBytes?: number;
};

const MAX_INFLATED = 16 * 1024 * 1024;
/** So many receipts of about 1 KB go to the broker at once. */
const CHUNK = 500;

/**
 * `POST /callbacks/sns-sms-status`: answers as "HTTP endpoint delivery request and response specifications" of Data
 * Firehose asks, also when it refuses: `{ requestId, timestamp, errorMessage? }`, JSON, with a content length.
 * 401 wrong key, 400 nothing readable, 413 too large (Firehose gives up at once), 503 broker (Firehose repeats).
 * A record that cannot be read is counted and passed over, so that it does not hold up the others.
 * @returns `guard`, which looks at the key before the body is read, and `handler`.
 */
export function createSmsStatusRoute(deps: SmsStatusDeps): { guard: RequestHandler; handler: RequestHandler } {
  const { now = Date.now, log, metrics, maxInflatedBytes = MAX_INFLATED } = deps;
  const make = createReceiptMaker(deps);
  const isKey = createKeyCheck(deps.firehoseKeys);

  const guard: RequestHandler = (req, res, next) => {
    if (isKey(req.get('x-amz-firehose-access-key') ?? '')) return next();
    count('refused');
    answer(req, res, { status: 401, errorMessage: 'The access key is wrong.' });
  };

  const handler: RequestHandler = async (req, res) => {
    const body = await readFirehoseBody(Buffer.isBuffer(req.body) ? req.body.toString('utf8') : '', maxInflatedBytes);
    const { requestId } = body;
    if (!body.ok) {
      log.warn({ event: 'callback_refused', provider: 'sns-sms', code: body.code });
      count(body.code);
      return answer(req, res, { ...REFUSALS[body.code], requestId });
    }
    if (body.unreadable > 0) log.warn({ event: 'callback_odd', provider: 'sns-sms', count: body.unreadable });
    try {
      await publishAll(body.records.flatMap(({ record, raw }) => statusReceipts(record, raw, make)));
    } catch (error) {
      log.error({ event: 'callback_failed', provider: 'sns-sms', code: String((error as { code?: unknown })?.code) });
      count('failed');
      return answer(req, res, { status: 503, errorMessage: 'The records could not be taken now.', requestId });
    }
    count('accepted');
    answer(req, res, { status: 200, requestId });
  };

  return { guard, handler };

  function answer(req: Request, res: Response, { status, errorMessage, requestId = '' }: Answer) {
    const id = req.get('x-amz-firehose-request-id') ?? requestId;
    res.status(status).json({ requestId: id, timestamp: now(), ...(errorMessage && { errorMessage }) });
  }

  function count(result: string) {
    metrics?.callbacks.inc({ source: 'sns-sms-status', result });
  }

  async function publishAll(receipts: Receipt[]) {
    for (let from = 0; from < receipts.length; from += CHUNK) await deps.publish(receipts.slice(from, from + CHUNK));
  }
}

type Answer = { status: number; errorMessage?: string; requestId?: string };

const REFUSALS = {
  too_large: { status: 413, errorMessage: 'The records are too large.' },
  unreadable: { status: 400, errorMessage: 'The request cannot be read.' },
};

/** Digests are compared, so that neither the length nor the content of a key shows in the time it takes. */
function createKeyCheck(keys: string[]): (shown: string) => boolean {
  const digest = (key: string) => createHash('sha256').update(key, 'utf8').digest();
  const known = keys.filter((key) => key !== '').map(digest);
  return (shown) => {
    const given = digest(shown);
    return known.reduce((found, key) => timingSafeEqual(key, given) || found, false);
  };
}

/** Errors of reading the body (too large, broken gzip) in Firehose's own form. */
export function answerFirehoseError(error: { status?: number }, requestId: string, now: number, res: Response): void {
  const status = error.status !== undefined && error.status >= 400 && error.status < 500 ? error.status : 503;
  res.status(status).json({ requestId, timestamp: now, errorMessage: 'The request cannot be read.' });
}
