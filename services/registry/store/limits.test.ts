import { describe, expect, it } from '@jest/globals';
import { networkOf } from './limits.ts';

describe('the client that a quota counts', () => {
  it('is an IPv4 address, also when it arrives mapped into IPv6', () => {
    expect(networkOf('::ffff:198.51.100.7')).toBe(networkOf('198.51.100.7'));
    expect(networkOf('198.51.100.8')).not.toBe(networkOf('198.51.100.7'));
  });

  it('is a whole /64 of IPv6: one household has all of it', () => {
    expect(networkOf('2001:db8:1:2::1')).toBe(networkOf('2001:db8:1:2:ffff::9'));
    expect(networkOf('2001:db8:1:3::1')).not.toBe(networkOf('2001:db8:1:2::1'));
  });

  it('is taken as it is when it is no address', () => {
    expect(networkOf('unknown')).toBe('unknown');
  });
});
