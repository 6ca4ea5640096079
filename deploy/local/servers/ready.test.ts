import { describe, expect, it } from '@jest/globals';
import { withAttempts } from './attempts.ts';
import { SetupError } from './errors.ts';
import { waitUntilReady } from './ready.ts';

const running = { hasExited: () => false, tail: () => 'last words' };
const refuse = async () => {
  throw new Error('refused');
};

describe('waiting for a server', () => {
  it('ends when the check succeeds', async () => {
    let asked = 0;
    await waitUntilReady('kafka', running, async () => {
      asked += 1;
      if (asked < 3) throw new Error('loading');
    });
    expect(asked).toBe(3);
  });

  it('tells the last lines and the reason when the deadline is over', async () => {
    const waiting = waitUntilReady('kafka', running, refuse, 0);
    await expect(waiting).rejects.toMatchObject({
      code: 'NOT_READY',
      message: expect.stringMatching(/refused[\s\S]*last words/),
    });
  });

  it.each([
    ['java.net.BindException: Address already in use', 'PORT_TAKEN'],
    ['FATAL:  lock file "postmaster.pid" already exists', 'DATA_IN_USE'],
    ['Failed to acquire lock on file .lock in /data', 'DATA_IN_USE'],
    ['out of memory', 'NOT_READY'],
  ])('says at once why a server ended: %s', async (log, code) => {
    const ended = { hasExited: () => true, tail: () => log };
    await expect(waitUntilReady('kafka', ended, refuse)).rejects.toMatchObject({ code, retryable: true });
  });
});

describe('starting again', () => {
  const failing = (code: 'PORT_TAKEN' | 'DATA_IN_USE' | 'NOT_READY', times: number) => {
    let calls = 0;
    return async () => {
      calls += 1;
      if (calls <= times) throw new SetupError(code, 'kafka', 'Not this time.');
      return calls;
    };
  };

  it('takes other ports twice, and not a third time', async () => {
    expect(await withAttempts(failing('PORT_TAKEN', 2))).toBe(3);
    await expect(withAttempts(failing('PORT_TAKEN', 3))).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  });

  it('waits for a data folder that is being let go, but not for ever', async () => {
    expect(await withAttempts(failing('DATA_IN_USE', 1))).toBe(2);
    await expect(withAttempts(failing('DATA_IN_USE', 1), -1)).rejects.toMatchObject({ code: 'DATA_IN_USE' });
  });

  it('does not try again where that would not help', async () => {
    await expect(withAttempts(failing('NOT_READY', 1))).rejects.toMatchObject({ code: 'NOT_READY' });
  });
});
