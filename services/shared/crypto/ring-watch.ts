import { statSync } from 'node:fs';
import type { Logger } from '../log.ts';
import { CryptoError, type KeyRing, keyFingerprint, loadKeyRing } from './keyring.ts';

export type RingWatch = {
  /** Reads the file if it has changed; true when the ring is another now. Never throws: a bad file changes nothing. */
  look(): boolean;
  stop(): void;
};

/** Kept short: after it all processes can read what a new key seals. */
const LOOK_EVERY_MS = 2_000;

/**
 * Takes new encryption keys and a new current one into the ring of a running process when its file changes; whoever
 * holds the ring seals with the new key from then on. The look-up key makes everybody's id and cannot change under a
 * running process, nor can a key leave it: such a file is refused with a log line, and the ring stays as it was.
 */
export function watchKeyRing(file: string, ring: KeyRing, log: Logger, everyMs = LOOK_EVERY_MS): RingWatch {
  let seen = stampOf(file);
  const look = () => {
    const stamp = stampOf(file);
    if (stamp === seen) return false;
    seen = stamp;
    try {
      take(loadKeyRing(file), ring);
      log.info({
        event: 'key_ring',
        detail: `current is ${ring.current}, ${keyFingerprint(ring.keys[ring.current]!)}`,
      });
      return true;
    } catch (error) {
      log.error({ event: 'key_ring', code: error instanceof CryptoError ? error.code : 'unreadable' });
      return false;
    }
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}

function take(next: KeyRing, ring: KeyRing): void {
  for (const name of ['blind', 'codes', 'unsubscribe'] as const) {
    if (!next[name].equals(ring[name])) throw new CryptoError('key_fixed', `key ring: "${name}" needs a restart`);
  }
  for (const [id, key] of Object.entries(ring.keys)) {
    const same = Object.hasOwn(next.keys, id) && next.keys[id]!.equals(key);
    if (!same) throw new CryptoError('key_missing', `key ring: "${id}" left or changed; what it sealed would be lost`);
    // The same buffer, since ready-made forms of a key are kept by it.
    next.keys[id] = key;
  }
  ring.keys = next.keys;
  ring.current = next.current;
}

/** A file that is not there for a moment has a stamp too. */
function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : '';
}
