import { PublishError } from './errors.ts';

export type RetryOptions = { tries: number; baseMs: number; maxMs: number };

/** Repeats `step` while it fails with a retryable PublishError: exponential backoff with jitter, or what was asked for. */
export async function withRetries<T>(step: () => Promise<T>, { tries, baseMs, maxMs }: RetryOptions): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await step();
    } catch (error) {
      if (n >= tries || !(error instanceof PublishError) || !error.retryable) throw error;
      const backoff = Math.min(maxMs, baseMs * 2 ** (n - 1)) * (0.5 + Math.random() / 2);
      await new Promise((resolve) => setTimeout(resolve, Math.max(backoff, error.retryAfterMs ?? 0)));
    }
  }
}
