export { type CallbacksDeps, createCallbacksApi } from './api.ts';
export { type BounceListener, type BounceListenerOptions, createBounceListener } from './bounce-listener.ts';
export type { EvidenceDeps } from './deps.ts';
export { createSnsFetcher, type SnsFetcher } from './sns-fetcher.ts';
