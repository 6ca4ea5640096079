import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freshKeyRing, keyFingerprint, loadKeyRing, loadOrCreateKeyRing, parseKeyRing } from './keyring.ts';

const folders: string[] = [];
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'keyring-'));
  folders.push(made);
  return made;
};
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true });
});

describe('the key ring', () => {
  it('is made once, readable by its owner only, and then stays as it is', () => {
    const file = join(folder(), 'deep', 'ring.json');
    const made = loadOrCreateKeyRing(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadOrCreateKeyRing(file)).toEqual(made);
    expect(loadKeyRing(file)).toEqual(made);
    expect(JSON.parse(readFileSync(file, 'utf8')).current).toBe('k1');
  });

  it('has a key of 32 bytes for each purpose, no two alike', () => {
    const { keys, blind, codes, unsubscribe } = parseKeyRing(freshKeyRing());
    const all = [keys.k1!, blind, codes, unsubscribe];
    expect(all.map((key) => key.length)).toEqual([32, 32, 32, 32]);
    expect(new Set(all.map((key) => key.toString('hex'))).size).toBe(4);
  });

  it.each([
    ['whose current key is missing', { current: 'k9' }, 'key_unknown'],
    ['whose current key is a name of every object', { current: 'constructor' }, 'key_unknown'],
    ['with a short key', { blind: Buffer.alloc(31).toString('base64') }, 'key_length'],
    ['without a key', { codes: undefined }, 'key_length'],
    ['with a key id that would not fit a sealed value', { keys: { 'K.1': key() }, current: 'K.1' }, 'key_id'],
  ])('%s is refused', (_, change, code) => {
    expect(() => parseKeyRing({ ...freshKeyRing(), ...change })).toThrow(
      expect.objectContaining({ code, retryable: false }),
    );
  });

  it('does not show a key in an error or a fingerprint', () => {
    const short = Buffer.alloc(31, 7).toString('base64');
    expect(() => parseKeyRing({ ...freshKeyRing(), blind: short })).not.toThrow(short);
    // SHA-256 of the empty string begins with e3b0c442 (FIPS 180-4 example values).
    expect(keyFingerprint(Buffer.alloc(0))).toBe('e3b0c442');
  });
});

function key() {
  return Buffer.alloc(32, 1).toString('base64');
}
