import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEventSealer } from './event-seal.ts';
import { createSealer } from './field.ts';
import { CryptoError, freshKeyRing, type KeyRing, parseKeyRing } from './keyring.ts';
import { type RingWatch, watchKeyRing } from './ring-watch.ts';

type File = ReturnType<typeof freshKeyRing> & { keys: Record<string, string> };

const folder = mkdtempSync(join(tmpdir(), 'ring-'));
const file = join(folder, 'keyring.json');
const another = () => freshKeyRing().keys.k1;
let first: File;
let ring: KeyRing;
let watch: RingWatch;
let said: string[];

beforeEach(() => {
  first = freshKeyRing();
  writeFileSync(file, JSON.stringify(first));
  ring = parseKeyRing(first);
  said = [];
  const say = ({ code, detail }: { code?: string; detail?: string }) => void said.push(code ?? detail ?? '');
  watch = watchKeyRing(file, ring, { debug: say, info: say, warn: say, error: say }, 3_600_000);
});
afterEach(() => {
  watch.stop();
  rmSync(file, { force: true });
});

/** Another length, so that a clock that stands still does not hide the change. */
const write = (value: object) => writeFileSync(file, `${JSON.stringify(value)}${' '.repeat(said.length + 1)}`);

describe('a key ring that changes under a running process', () => {
  it('seals with the new key, and still opens what the old one sealed', async () => {
    const [sealer, events] = [createSealer(ring), createEventSealer(ring)];
    const [field, event] = [sealer.seal('noor', 'data'), await events.seal({ id: 1 })];
    write({ ...first, current: 'k2', keys: { ...first.keys, k2: another() } });
    expect(watch.look()).toBe(true);
    const after = sealer.seal('noor', 'data');
    expect([after.split('.')[0], sealer.open(field, 'data'), sealer.open(after, 'data')]).toEqual([
      'k2',
      'noor',
      'noor',
    ]);
    expect([await events.open(event), await events.open(await events.seal({ id: 2 }))]).toEqual([
      '{"id":1}',
      '{"id":2}',
    ]);
  });

  it('is an error, not a blank, to whoever does not have the new key yet', () => {
    const slow = createSealer(parseKeyRing(first));
    write({ ...first, current: 'k2', keys: { ...first.keys, k2: another() } });
    watch.look();
    const sealed = createSealer(ring).seal('noor', 'data');
    expect(() => slow.open(sealed, 'data')).toThrow(new CryptoError('key_unknown', 'key "k2" is not in the key ring'));
  });

  it.each([
    ['is not JSON', () => '{', 'unreadable'],
    ['is gone', () => null, 'unreadable'],
    ['names a current key that it does not hold', () => ({ ...first, current: 'k7' }), 'key_unknown'],
    ['has another key for look-ups', () => ({ ...first, blind: another() }), 'key_fixed'],
    ['has another key under an old name', () => ({ ...first, keys: { k1: another() } }), 'key_missing'],
    ['lost the old key', () => ({ ...first, current: 'k2', keys: { k2: another() } }), 'key_missing'],
  ])('stays as it was when the file %s', (_, change, code) => {
    const sealed = createSealer(ring).seal('noor', 'data');
    const value = change();
    if (value === null) rmSync(file);
    else if (typeof value === 'string') writeFileSync(file, value);
    else write(value);
    expect([watch.look(), said]).toEqual([false, [code]]);
    expect([ring.current, createSealer(ring).open(sealed, 'data')]).toEqual(['k1', 'noor']);
  });

  it('is read once for each change, and its keys are said by nobody', () => {
    expect(watch.look()).toBe(false);
    const k2 = another();
    write({ ...first, keys: { ...first.keys, k2 } });
    expect([watch.look(), watch.look()]).toEqual([true, false]);
    expect(said.join()).not.toContain(k2);
    expect(said.join()).not.toContain(first.keys.k1);
  });
});
