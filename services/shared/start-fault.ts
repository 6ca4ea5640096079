import { isTransient } from './ledger/index.ts';

/** How a start ended in words that somebody can act on; `code` is an exit status of sysexits.h. */
export type StartFault = { code: 69; text: string };

const BROKER = new Set(['KafkaJSConnectionError', 'KafkaJSNumberOfRetriesExceeded', 'KafkaJSConnectionClosedError']);

/**
 * One sentence about a start that failed because a server did not answer; null for anything else, which is a fault of
 * ours and keeps its stack. Addresses stay out: they may hold credentials.
 */
export function startFault(error: unknown): StartFault | null {
  const name = (error as Error)?.name ?? '';
  if (BROKER.has(name))
    return { code: 69, text: 'no broker of KAFKA_BROKERS answers; it must be there before a start' };
  if (name.startsWith('KafkaJS')) return null;
  if (!isTransient(error)) return null;
  return { code: 69, text: 'the database of MONGODB_URI does not answer; it must be there before a start' };
}
