import { describe, expect, it } from '@jest/globals';
import { toEnvelope } from './address.ts';

describe('an address in the envelope', () => {
  it.each([
    ['noor.gov+bh@example.com', 'noor.gov+bh@example.com'],
    ['noor..gov@example.com', '"noor..gov"@example.com'],
    ['.noor@example.com', '".noor"@example.com'],
    ['noor.@example.com', '"noor."@example.com'],
  ])('%s goes as %s: dots that are no separators want quotes (RFC 5321, 4.1.2)', (given, address) => {
    expect(toEnvelope(given)).toEqual({ address, needsUtf8: false });
  });

  it.each([
    'noor',
    '@example.com',
    'a b@example.com',
    'a<b@example.com',
    'a\r\nb@example.com',
    `${'x'.repeat(250)}@example.com`,
  ])('%j is none', (given) => expect(toEnvelope(given)).toBeNull());
});
