import { setTimeout as pause } from 'node:timers/promises';
import { SetupError } from './errors.ts';

/**
 * Starts a server again where that helps: at once, twice, when another process was quicker to its port; and for
 * `patience` milliseconds while its data folder is held, because a server that its guardian is stopping needs a moment.
 * Rejects with the last attempt's error.
 */
export async function withAttempts<T>(start: () => Promise<T>, patience = 20_000): Promise<T> {
  const end = Date.now() + patience;
  for (let ports = 1; ; ) {
    try {
      return await start();
    } catch (error) {
      const code = error instanceof SetupError ? error.code : undefined;
      if (code === 'PORT_TAKEN' && ports < 3) ports += 1;
      else if (code === 'DATA_IN_USE' && Date.now() < end) await pause(300);
      else throw error;
    }
  }
}
