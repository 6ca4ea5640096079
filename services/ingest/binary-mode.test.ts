import { describe, expect, it } from '@jest/globals';
import { hasEventHeaders, readEventHeaders } from './binary-mode.ts';

const read = (value: string) => {
  const { attributes, faults } = readEventHeaders({ 'ce-correlationid': value, host: 'x' });
  return faults.length ? faults.map(({ code, pointer }) => `${code} ${pointer}`) : attributes.correlationid;
};

describe('CloudEvents headers of binary mode', () => {
  // The example of the HTTP binding 1.0.2, section 3.1.3.2.
  it('percent-decodes once', () => {
    expect(read('Euro%20%E2%82%AC%20%F0%9F%98%80')).toBe('Euro \u20ac \u{1f600}');
    expect(read('100%2525')).toBe('100%25');
    expect(read('%e2%82%ac%61')).toBe('\u20aca');
  });

  it('unquotes what older publishers quote', () => {
    expect(read('"a b \\"c\\" %41"')).toBe('a b "c" A');
  });

  it.each([['%C0%A0'], ['100%'], ['%zz'], ['caf\u00e9']])('refuses %s', (value) => {
    expect(read(value)).toEqual(['bad_request /correlationid']);
  });

  it('refuses a second content type and data in a header', () => {
    expect(readEventHeaders({ 'ce-datacontenttype': 'text/plain', 'ce-data': '{}' }).faults).toHaveLength(2);
  });

  it('tells binary mode from plain JSON', () => {
    expect([hasEventHeaders({ 'ce-id': '1' }), hasEventHeaders({ 'ce-other': '1' })]).toEqual([true, false]);
  });
});
