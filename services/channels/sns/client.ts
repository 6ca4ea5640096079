import { AsyncLocalStorage } from 'node:async_hooks';
import { SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import { withDeadline } from '../../shared/deadline.ts';
import { createGate } from '../gate.ts';
import { createAgents, isUnsent } from './agent.ts';
import { type Failure, NotSentError, readSnsError } from './errors.ts';

export type SnsOptions = {
  region: string;
  /** Only for a stand-in of SNS, such as moto. */
  endpoint?: string;
  /** Without it, the SDK's own chain of credential sources is asked. */
  credentials?: SNSClientConfig['credentials'];
  /** Longest time for one call, in milliseconds; default 10,000. */
  timeoutMs?: number;
  /** Longest time until the connection stands, in milliseconds; default 3,000. */
  connectTimeoutMs?: number;
  /** Most calls, and so connections, at a time; default 25. */
  maxSockets?: number;
};

export type SnsAnswer<Output> = { ok: true; output: Output } | { ok: false; failure: Failure };

export type SnsCaller = {
  /** Runs one call; an error of the far side or of the way to it comes back as a value. */
  call<Output>(work: (client: SNSClient) => Promise<Output>): Promise<SnsAnswer<Output>>;
  close(): Promise<void>;
};

/** Unused connections are closed after this long, in milliseconds. */
const IDLE_TIMEOUT = 15_000;

/**
 * An SNS client that asks once: the SDK's own retries are off, because only the scheduler knows whether a notice may
 * go out again. Calls are bounded in number and in time.
 */
export const createSnsCaller = (options: SnsOptions): SnsCaller => {
  const { timeoutMs = 10_000, connectTimeoutMs = 3_000, maxSockets = 25 } = options;
  const agents = createAgents({
    maxSockets,
    // Sooner than the whole call, so that a connection that never stands is known to have carried nothing.
    connectTimeoutMs: Math.min(connectTimeoutMs, timeoutMs / 2),
    idleTimeoutMs: IDLE_TIMEOUT,
  });
  const gate = createGate(maxSockets);
  const client = new SNSClient({
    region: options.region,
    maxAttempts: 1,
    requestHandler: agents,
    // The steps of a command are put together once, not for every call; only for calls without options of their own.
    cacheMiddleware: true,
    ...(options.endpoint && { endpoint: options.endpoint }),
    ...(options.credentials && { credentials: options.credentials }),
  });
  leaveOut(client);
  client.middlewareStack.add(nameUnsent, { step: 'finalizeRequest', priority: 'low', name: 'nameUnsent' });
  const within = endInTime(client, timeoutMs);
  return {
    call: (work) =>
      gate.run(async () => {
        try {
          return { ok: true, output: await within(() => work(client)) };
        } catch (error) {
          return { ok: false, failure: readSnsError(error) };
        }
      }),
    close: async () => client.destroy(),
  };
};

/**
 * Steps that have nothing to do here and took a fifth of a call: retries, of which there are none, the names of program and
 * machine, a log that nobody gave, and a guard for functions that call themselves. The signing keeps its place behind the
 * retries', so that one lets everything through.
 */
const leaveOut = ({ middlewareStack }: SNSClient): void => {
  for (const name of ['getUserAgentMiddleware', 'loggerMiddleware', 'recursionDetectionMiddleware'])
    middlewareStack.remove(name);
  const pass = <Step>(next: Step): Step => next;
  middlewareStack.add(pass, { name: 'retryMiddleware', step: 'finalizeRequest', priority: 'high', override: true });
};

/** Each call ends after so many milliseconds. Handed to the socket beside the SDK, whose options would not be shared. */
const endInTime = ({ config }: SNSClient, timeoutMs: number) => {
  const signals = new AsyncLocalStorage<AbortSignal>();
  const { requestHandler } = config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = (request, options) => handle(request, { ...options, abortSignal: signals.getStore() });
  return <Output>(call: () => Promise<Output>): Promise<Output> =>
    withDeadline(timeoutMs, (signal) => signals.run(signal, call));
};

/** Innermost in the client, where the socket's own error can still be seen. */
const nameUnsent =
  <Args, Output>(next: (args: Args) => Promise<Output>) =>
  async (args: Args): Promise<Output> => {
    try {
      return await next(args);
    } catch (error) {
      throw isUnsent(error) ? new NotSentError(error as Error) : error;
    }
  };
