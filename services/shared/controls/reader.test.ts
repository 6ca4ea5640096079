import { describe, expect, it } from '@jest/globals';
import type { Ledger } from '../ledger/index.ts';
import { sampleControl } from '../ledger/samples.ts';
import type { Control } from '../ledger/types.ts';
import { createControlReader } from './reader.ts';

function bench() {
  const state = { now: 0, reads: 0, answer: async (): Promise<Control[]> => [] };
  const query = () => ({
    sort: () => query(),
    lean: () => {
      state.reads += 1;
      return state.answer();
    },
  });
  const ledger = { controls: { find: query } } as unknown as Pick<Ledger, 'controls'>;
  return { state, reader: createControlReader(ledger, { now: () => state.now }) };
}

describe('reading the controls', () => {
  it('asks once a second at most, however many want to know', async () => {
    const { state, reader } = bench();
    await Promise.all(Array.from({ length: 50 }, () => reader.current()));
    state.now = 999;
    await reader.current();
    expect(state.reads).toBe(1);
    state.answer = async () => [sampleControl()];
    state.now = 1_000;
    expect([await reader.current(), state.reads]).toEqual([[sampleControl()], 2]);
  });

  it('goes by what it read last while the ledger is away', async () => {
    const { state, reader } = bench();
    state.answer = async () => [sampleControl()];
    await reader.current();
    state.now = 5_000;
    state.answer = () => Promise.reject(new Error('away'));
    expect(await reader.current()).toEqual([sampleControl()]);
  });

  it('says so when it never read any, and reads again the next time', async () => {
    const { state, reader } = bench();
    state.answer = () => Promise.reject(new Error('away'));
    await expect(reader.current()).rejects.toThrow('away');
    state.answer = async () => [];
    expect(await reader.current()).toEqual([]);
  });
});
