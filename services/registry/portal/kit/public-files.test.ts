import { describe, expect, it } from '@jest/globals';
import { securityText } from './public-files.ts';

describe('security.txt', () => {
  it('has the fields that RFC 9116 asks for, and expires within a year', () => {
    const now = new Date('2026-11-24T00:00:00Z');
    const text = securityText(new URL('https://portal.example/'), 'mailto:security@portal.example', now);
    expect(text).toBe(
      [
        'Contact: mailto:security@portal.example',
        'Expires: 2027-05-25T00:00:00.000Z',
        'Preferred-Languages: ar, en',
        'Canonical: https://portal.example/.well-known/security.txt',
        '',
      ].join('\n'),
    );
  });
});
