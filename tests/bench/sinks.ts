import { startWorker } from './processes.ts';

/** Runs with a far side of its own that answers after so many milliseconds; it is gone afterwards. */
export async function withSink<T>(
  kind: 'smtp' | 'sns',
  delayMs: number,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const sink = startWorker('tests/bench/sink.ts', [kind, String(delayMs)]);
  try {
    return await use(Number((await sink.line('port')).split(' ')[1]));
  } finally {
    await sink.stop();
  }
}

/** Longer than any measurement: a far side that takes everything in and never answers. */
export const NEVER_MS = 3_600_000;
