import { describe, expect, it } from '@jest/globals';
import type { ReplayJob } from '../../services/console/replay/types.ts';
import { watch } from './replay-tools.ts';

type Seen = Pick<ReplayJob, 'done' | 'settled' | 'status' | 'busy'>;
const running = { status: 'running', busy: true } as const;

/** What is said while a job of 40 is seen to stand like this, one after the other. */
async function said(seen: Seen[], watched: boolean): Promise<string> {
  const left = [...seen];
  let heard = '';
  const err = (text: string) => {
    heard += text;
  };
  const find = async () => ({ ...left.shift()!, plan: { send: 40 } }) as ReplayJob;
  await watch({ err, watched }, { _id: 'j_1' }, { runner: { step: async () => true }, find });
  return heard;
}

describe('watching a replay', () => {
  it('counts what was made due, then what has its end, until the job is done', async () => {
    const seen: Seen[] = [
      { done: 25, settled: 0, ...running },
      { done: 40, settled: 10, ...running },
      { done: 40, settled: 40, status: 'done', busy: false },
    ];
    expect(await said(seen, false)).toBe('made due 40, done\nhave their end or a provider 40, done\n');
    expect(await said(seen, true)).toBe(
      '\rmade due 25\rmade due 40\rmade due 40, done\n' +
        '\rhave their end or a provider 10\rhave their end or a provider 40\rhave their end or a provider 40, done\n',
    );
  });

  it('goes when somebody pauses the job, and says so', async () => {
    const seen: Seen[] = [
      { done: 25, settled: 0, ...running },
      { done: 30, settled: 5, status: 'paused', busy: true },
    ];
    expect(await said(seen, false)).toBe('made due 30, paused\n');
  });
});
