import { signGateway } from '../../../../services/shared/gateway-signature.ts';
import { delay } from '../chaos.ts';
import type { Log } from '../types.ts';
import type { GatewayFate } from './fates.ts';

const ATTEMPTS = 6;
const ANSWER_MS = 30_000;

export type Reported = { id: string; reference: string; to: string; url: string; fate: GatewayFate };
type Deps = { key: string; receiptMs: number; log: Log };

/** Posts delivery reports: signed, repeated while the receiver answers 5xx or nothing, given up on 4xx. */
export function createReports({ key, receiptMs, log }: Deps) {
  let stopped = false;

  async function post(url: string, body: string, signedWith: string): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS && !stopped; attempt++) {
      const status = await postOnce(url, body, signedWith);
      if (status < 500) return;
      log('gateway.retry', { attempt, status });
      await delay(100 * 2 ** attempt);
    }
    log('gateway.dropped', {});
  }

  return {
    /** Resolves at once, but for a gateway that reports before it answers. */
    async tell({ url, fate, ...message }: Reported): Promise<void> {
      const body = JSON.stringify({ ...message, ...fate.report, at: new Date().toISOString() });
      if (fate.manner === 'early') return post(url, body, key);
      const times = fate.manner === 'repeats' ? 3 : 1;
      const signedWith = fate.manner === 'forged' ? `not ${key}` : key;
      const later = async () => {
        await delay(receiptMs);
        for (let n = 0; n < times; n++) await post(url, body, signedWith);
      };
      later().catch(() => log('gateway.dropped', {}));
    },
    stop() {
      stopped = true;
    },
  };
}

/** The status of the answer; 599 for none. */
async function postOnce(url: string, body: string, key: string): Promise<number> {
  try {
    const headers = { 'content-type': 'application/json', ...signGateway(key, body, Date.now()) };
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 599;
  }
}
