import { describe, expect, it } from '@jest/globals';
import { badLicences, shipped, unpinned } from '../packages/licences.ts';

const lockWith = (license?: string, more = {}) => ({
  packages: { '': {}, 'node_modules/thing': { version: '1.0.0', license, integrity: 'sha512-x', ...more } },
});

describe('the licence check', () => {
  it.each(['MIT', '(MIT OR GPL-3.0-only)', 'MIT AND ISC'])('lets %s through', (license) => {
    expect(badLicences(lockWith(license))).toEqual([]);
  });

  it.each(['GPL-3.0-only', 'MIT AND AGPL-3.0-only', 'SEE LICENSE IN LICENSE', undefined])('stops at %s', (license) => {
    expect(badLicences(lockWith(license))).toEqual([`node_modules/thing: ${license ?? 'no licence'}`]);
  });

  it('looks at what is shipped, not at tools of development', () => {
    expect(shipped(lockWith('GPL-3.0-only', { dev: true }))).toEqual([]);
  });

  it('names packages whose content the lock file does not pin', () => {
    expect(unpinned(lockWith('MIT', { integrity: undefined }))).toEqual(['node_modules/thing']);
    expect(unpinned(lockWith('MIT'))).toEqual([]);
  });
});
