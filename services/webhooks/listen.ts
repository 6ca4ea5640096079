import { outcomeMessage } from './message.ts';
import { newKey, signedHeaders } from './sign.ts';

export type ListenOptions = {
  /** Address of the entities' API. */
  baseUrl: string;
  key: string;
  /** Where outcomes are posted to: a program on the developer's own machine. */
  forwardTo: string;
  /** Place in the feed; from the first outcome when left out. */
  cursor?: string;
  /** Signing key (`whsec_...`); a new one when left out. */
  secret?: string;
  signal: AbortSignal;
  /** Told once at the start, so that the receiver can be given the secret. */
  onStart?(start: { secret: string }): void;
  /** Told after each post; `cursor` is the place behind the page it belongs to. */
  onForward?(forwarded: { id: string; result: string; cursor: string }): void;
};

const WAIT_SECONDS = 20;
const RETRY_MS = 2_000;

/**
 * Pulls an entity's outcomes and posts each to a local address as a webhook would be, signed by the Standard Webhooks
 * specification: no public address is needed to develop a receiver. What the receiver refuses is told and not repeated.
 * Resolves to the last cursor when `signal` is aborted; rejects with ListenError when the feed refuses the key or cursor.
 */
export async function listen(options: ListenOptions): Promise<{ cursor: string | undefined }> {
  const { signal, secret = newKey('v1') } = options;
  options.onStart?.({ secret });
  let { cursor } = options;
  while (!signal.aborted) {
    const page = await pull(options, cursor);
    for (const outcome of page?.items ?? []) {
      if (signal.aborted) return { cursor };
      await forward(JSON.stringify(outcome), { ...options, secret }, page!.cursor);
    }
    cursor = page?.cursor ?? cursor;
  }
  return { cursor };
}

/** The feed will not answer: the key or the cursor is wrong. */
export class ListenError extends Error {
  readonly code: string;
  readonly retryable = false;
  constructor(status: number, code: string) {
    super(`The outcome feed answers ${status} ${code}`);
    this.name = 'ListenError';
    this.code = code;
  }
}

type Page = { items: unknown[]; cursor: string };

/** One page; null when the platform is away for the moment, after a rest. */
async function pull({ baseUrl, key, signal }: ListenOptions, cursor: string | undefined): Promise<Page | null> {
  const query = new URLSearchParams({ wait: String(WAIT_SECONDS), ...(cursor && { cursor }) });
  try {
    const answer = await fetch(new URL(`/v1/outcomes?${query}`, baseUrl), {
      headers: { authorization: `Bearer ${key}` },
      signal,
    });
    if (answer.ok) return (await answer.json()) as Page;
    const { code = '' } = (await answer.json().catch(() => ({}))) as { code?: string };
    if (answer.status < 500 && answer.status !== 429) throw new ListenError(answer.status, code);
  } catch (error) {
    if (error instanceof ListenError) throw error;
  }
  await rest(RETRY_MS, signal);
  return null;
}

async function forward(outcome: string, options: ListenOptions & { secret: string }, cursor: string): Promise<void> {
  const message = outcomeMessage(outcome);
  if (!message) return;
  const { id, body } = message;
  const headers = {
    'content-type': 'application/json',
    ...signedHeaders({ id, body, at: new Date() }, [options.secret]),
  };
  const request = { method: 'POST', headers, body, redirect: 'manual', signal: options.signal } as const;
  const result = await fetch(options.forwardTo, request).then(
    ({ status }) => `HTTP ${status}`,
    (error) => String(error?.cause?.code ?? error?.name),
  );
  options.onForward?.({ id, result, cursor });
}

const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, signal.aborted ? 0 : ms);
    signal.addEventListener('abort', done, { once: true });
  });
