import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from '@jest/globals';
import { createPublicLookup, isPublicAddress } from './guard.ts';

const lookUp = (answers: string[] | Error, all: boolean) =>
  new Promise((resolve) => {
    const lookup = createPublicLookup(((_name: string, _options: object, done: (...result: unknown[]) => void) => {
      if (answers instanceof Error) done(answers);
      else
        done(
          null,
          answers.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
        );
    }) as never);
    lookup('push.example', { all }, (error, ...result) => resolve(error ?? result));
  });

describe('the guard of endpoints', () => {
  it.each(['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'ff02::1',
    'localhost',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('hands on the very addresses it has checked', async () => {
    expect(await lookUp(['8.8.8.8', '2606:4700::1111'], true)).toEqual([
      [
        { address: '8.8.8.8', family: 4 },
        { address: '2606:4700::1111', family: 6 },
      ],
    ]);
    expect(await lookUp(['8.8.8.8'], false)).toEqual(['8.8.8.8', 4]);
  });

  it.each([[['10.0.0.1']], [['8.8.8.8', '127.0.0.1']], [[]]])(
    'refuses a name that leads inside: %j',
    async (answers) => {
      expect(await lookUp(answers, true)).toMatchObject({ code: 'ENOTPUBLIC' });
    },
  );

  it('passes on that a name is not known', async () => {
    const error = Object.assign(new Error('no'), { code: 'ENOTFOUND' });
    expect(await lookUp(error, true)).toBe(error);
  });
});
