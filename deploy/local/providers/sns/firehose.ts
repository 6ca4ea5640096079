import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { delay } from '../chaos.ts';
import type { Log } from '../types.ts';
import type { deliveryRecord } from './fates.ts';

const BATCH_EVENTS = 100;
const BATCH_MS = 50;
const QUEUE_EVENTS = 100_000;
const ATTEMPTS = 6;
const ANSWER_MS = 30_000;
const ACCOUNT = '123456789012';
const zip = promisify(gzip);

type Deps = { url: () => string | undefined; accessKey: string; region: string; log: Log };
type LogEvent = { id: string; timestamp: number; message: string; failed: boolean };

/**
 * Forwards delivery status records as a CloudWatch Logs subscription through a Data Firehose HTTP endpoint does:
 * batches of 100 or 50 ms, one gzipped DATA_MESSAGE a log group, the same request id on every attempt.
 * An answer counts only as Firehose's specification says: 200, and JSON that repeats the request id.
 */
export function createFirehose(deps: Deps) {
  const queue: LogEvent[] = [];
  let checkedUrl: string | undefined;
  let timer: NodeJS.Timeout | null = null;
  let draining: Promise<void> | null = null;
  let stopped = false;
  let sequence = 0n;

  const drain = async () => {
    while (queue.length > 0 && !stopped) {
      const firstTime = checkedUrl !== deps.url();
      checkedUrl = deps.url();
      await deliver(deps, queue.splice(0, BATCH_EVENTS), firstTime, () => stopped);
    }
  };
  const flush = () => {
    timer = null;
    draining ??= drain().finally(() => {
      draining = null;
      if (queue.length > 0) arm();
    });
  };
  const arm = () => {
    if (queue.length >= BATCH_EVENTS) flush();
    else if (!timer && !stopped) timer = setTimeout(flush, BATCH_MS).unref();
  };

  return {
    add(record: ReturnType<typeof deliveryRecord>, now: number) {
      if (!deps.url() || stopped) return;
      // A receiver that is down for long must not fill the memory: what is lost then, a real stream would put into its backup bucket.
      if (queue.length >= QUEUE_EVENTS) queue.shift();
      const id = (BigInt(now) * 10n ** 43n + sequence++).toString();
      queue.push({ id, timestamp: now, message: JSON.stringify(record), failed: record.status === 'FAILURE' });
      arm();
    },
    async stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
      await draining;
    },
  };
}

async function deliver(deps: Deps, events: LogEvent[], firstTime: boolean, stopped: () => boolean): Promise<void> {
  const requestId = randomUUID();
  const messages = [...(firstTime ? [healthCheck()] : []), ...dataMessages(events, deps.region)];
  const records = await Promise.all(
    messages.map(async (message) => ({ data: (await zip(JSON.stringify(message))).toString('base64') })),
  );
  const body = JSON.stringify({ requestId, timestamp: Date.now(), records });
  for (let attempt = 1; attempt <= ATTEMPTS && !stopped(); attempt++) {
    const outcome = await post(deps, requestId, body);
    if (outcome === 'ok') return;
    // 413 is the one answer that Firehose does not repeat.
    if (outcome === 'too_large') break;
    deps.log('firehose.retry', { attempt, outcome });
    await delay(100 * 2 ** attempt);
  }
  deps.log('firehose.dropped', { events: events.length });
}

function dataMessages(events: LogEvent[], region: string) {
  const groups = [events.filter((event) => !event.failed), events.filter((event) => event.failed)];
  const messages = groups.map((group, failed) => ({
    messageType: 'DATA_MESSAGE',
    owner: ACCOUNT,
    logGroup: `sns/${region}/${ACCOUNT}/DirectPublishToPhoneNumber${failed ? '/Failure' : ''}`,
    logStream: randomUUID(),
    subscriptionFilters: ['notifyme-sms-status'],
    logEvents: group.map(({ id, timestamp, message }) => ({ id, timestamp, message })),
  }));
  return messages.filter((message) => message.logEvents.length > 0);
}

/** What CloudWatch Logs sends to see whether a new destination is reachable: a receiver must pass over it. */
const healthCheck = () => ({
  messageType: 'CONTROL_MESSAGE',
  owner: 'CloudwatchLogs',
  logGroup: '',
  logStream: '',
  subscriptionFilters: [],
  logEvents: [
    { id: '', timestamp: Date.now(), message: 'CWL CONTROL MESSAGE: Checking health of destination Firehose.' },
  ],
});

async function post({ url, accessKey, region }: Deps, requestId: string, body: string): Promise<string> {
  try {
    const response = await fetch(url() ?? '', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-amz-firehose-protocol-version': '1.0',
        'x-amz-firehose-request-id': requestId,
        'x-amz-firehose-source-arn': `arn:aws:firehose:${region}:${ACCOUNT}:deliverystream/notifyme-sms-status`,
        'x-amz-firehose-access-key': accessKey,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const answer = (await response.json().catch(() => null)) as { requestId?: string } | null;
    if (response.status === 413) return 'too_large';
    if (response.status !== 200) return `status ${response.status}`;
    return answer?.requestId === requestId ? 'ok' : 'answer does not repeat the request id';
  } catch {
    return 'no answer';
  }
}
