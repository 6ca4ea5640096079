import { request } from 'undici';
import { withDeadline } from '../../shared/deadline.ts';

/** GETs one address of SNS and gives the body as text. Rejects with a `FetchError`. */
export type SnsFetcher = { get(url: string): Promise<string> };

/** `retryable` is true when trying later may help: the network, a timeout, a 5xx. */
export class FetchError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  constructor(code: string, retryable: boolean) {
    super(`fetch: ${code}`);
    this.code = code;
    this.retryable = retryable;
  }
}

/**
 * The fetcher of a real installation. It follows no redirect (undici's `request` never does), waits at most `timeoutMs`
 * and reads at most `maxBytes`. It trusts its caller with the address, which must be one of `sns-address.ts`.
 */
export function createSnsFetcher({ timeoutMs = 5_000, maxBytes = 64 * 1024 } = {}): SnsFetcher {
  return {
    async get(url) {
      try {
        return await withDeadline(timeoutMs, (signal) => fetchText(url, maxBytes, signal));
      } catch (error) {
        throw error instanceof FetchError ? error : new FetchError('unreachable', true);
      }
    },
  };
}

async function fetchText(url: string, maxBytes: number, signal: AbortSignal): Promise<string> {
  const { statusCode, body } = await request(url, { signal });
  if (statusCode !== 200) {
    await body.dump();
    throw new FetchError(`status_${statusCode}`, statusCode >= 500 || statusCode === 429);
  }
  return readAtMost(body, maxBytes);
}

async function readAtMost(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new FetchError('too_large', false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
