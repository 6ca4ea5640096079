import { createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Keys by id for encryption at rest, and one key each for look-up, codes and unsubscribe links. All are 32 bytes. */
export type KeyRing = {
  current: string;
  keys: Record<string, Buffer>;
  blind: Buffer;
  codes: Buffer;
  unsubscribe: Buffer;
};

/** A missing, short or unknown key, or a sealed value that does not open. Never retryable: the answer stays the same. */
export class CryptoError extends Error {
  readonly retryable = false;
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'CryptoError';
    this.code = code;
  }
}

/** Reads the key ring file; throws CryptoError when a key is absent or not 32 bytes long. */
export function loadKeyRing(file: string): KeyRing {
  return parseKeyRing(JSON.parse(readFileSync(file, 'utf8')));
}

/** Checks and decodes a key ring: `{current, keys: {id: base64}, blind, codes, unsubscribe}`. */
export function parseKeyRing(raw: Record<string, unknown>): KeyRing {
  const entries = Object.entries((raw.keys ?? {}) as Record<string, string>);
  const keys = Object.fromEntries(entries.map(([id, value]) => [id, decode(`keys.${id}`, value)]));
  const current = String(raw.current ?? '');
  if (!Object.hasOwn(keys, current)) {
    throw new CryptoError('key_unknown', `key ring: "current" names "${current}", which is not in "keys"`);
  }
  for (const id of Object.keys(keys)) {
    if (!/^[a-z0-9]{1,16}$/.test(id)) throw new CryptoError('key_id', `key ring: id "${id}" must be 1-16 of a-z, 0-9`);
  }
  return {
    current,
    keys,
    blind: decode('blind', raw.blind),
    codes: decode('codes', raw.codes),
    unsubscribe: decode('unsubscribe', raw.unsubscribe),
  };
}

/** A fresh random key ring in its file form. */
export function freshKeyRing() {
  const key = () => randomBytes(32).toString('base64');
  return { current: 'k1', keys: { k1: key() }, blind: key(), codes: key(), unsubscribe: key() };
}

/** Loads the file, or writes a fresh one readable by its owner only when there is none (laptops and tests). */
export function loadOrCreateKeyRing(file: string): KeyRing {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(freshKeyRing(), null, 2), { mode: 0o600 });
  }
  return loadKeyRing(file);
}

const keyObjects = new WeakMap<Buffer, KeyObject>();

/** The key as Node's crypto wants it; made once, since making it costs as much as sealing a field. */
export function keyObjectOf(key: Buffer): KeyObject {
  const known = keyObjects.get(key) ?? createSecretKey(key);
  keyObjects.set(key, known);
  return known;
}

/** A short public name of a key, safe in logs. */
export const keyFingerprint = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 8);

function decode(name: string, value: unknown): Buffer {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', 'base64');
  if (bytes.length !== 32) throw new CryptoError('key_length', `key ring: "${name}" must be 32 bytes in base64`);
  return bytes;
}
