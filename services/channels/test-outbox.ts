import type { RenderedMessage } from './provider.ts';

/** What a test message looked like: for the developer who sent it, never for a person. */
export type TestMessage = { channel: string; notificationId: string; language: string; message: RenderedMessage };
export type RecordTest = (message: TestMessage) => void;

const PATIENCE_MS = 2_000;

/**
 * Shows the messages of test keys on a page of a laptop: posts each to `url`. With an empty one nothing leaves. Showing is
 * a comfort, so its failure changes nothing.
 */
export function createTestOutbox(url: string): RecordTest {
  if (url === '') return () => {};
  return (message) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const headers = { 'content-type': 'application/json' };
    fetch(url, { method: 'POST', headers, body: JSON.stringify(message), signal }).catch(() => {});
  };
}
