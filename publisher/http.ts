import type { NotifyMeEvent } from '../contracts/generated/types.ts';
import { PublishError } from './errors.ts';

export type HttpTarget = { mode: 'http'; url: string; key: string; timeoutMs?: number };
export type Published = { id: string; notificationId: string | null; duplicate: boolean };

/** One POST of one event in structured mode. Throws PublishError with the code of the problem document. */
export async function postEvent(
  event: NotifyMeEvent,
  { url, key, timeoutMs = 15_000 }: HttpTarget,
): Promise<Published> {
  const response = await call(new URL('/v1/events', url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/cloudevents+json',
      accept: 'application/json, application/problem+json',
    },
    body: JSON.stringify(event),
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  });
  const answer = await readAnswer(response);
  if (response.ok) return { id: event.id, notificationId: answer.id ?? null, duplicate: response.status === 200 };
  throw new PublishError(answer.code ?? `http_${response.status}`, answer.title ?? `HTTP ${response.status}`, {
    // An answer without a problem document comes from something in between, such as a proxy.
    retryable: answer.retryable ?? (response.status >= 500 || response.status === 429),
    faults: answer.errors ?? [],
    retryAfterMs: 1000 * (Number(response.headers.get('retry-after')) || 0),
  });
}

async function call(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new PublishError('unreachable', `the platform did not answer: ${(error as Error).name}`, { retryable: true });
  }
}

type Answer = { id?: string; code?: string; title?: string; retryable?: boolean; errors?: [] };

async function readAnswer(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer;
  } catch {
    return {};
  }
}
