import { describe, expect, it } from '@jest/globals';
import { waysFor } from './ways.ts';

describe('the ways to have a server', () => {
  it('takes the address of the environment before an engine that answers', () => {
    expect(waysFor('kafka', { KAFKA_BROKERS: 'kafka.example:9092' }, true)).toEqual(['environment']);
  });

  it('does not take the address of another server for its own', () => {
    expect(waysFor('mongodb', { KAFKA_BROKERS: 'kafka.example:9092' }, false)).toEqual(['local']);
  });

  it('prefers containers, and falls back on local processes', () => {
    expect(waysFor('mongodb', {}, true)).toEqual(['docker', 'local']);
  });

  it.each(['docker', 'local'] as const)('lets NOTIFYME_SERVERS force %s, also past an address', (way) => {
    const env = { NOTIFYME_SERVERS: way, KAFKA_BROKERS: 'kafka.example:9092' };
    expect(waysFor('kafka', env, true)).toEqual([way]);
  });

  it.each([
    ['environment', true, 'ADDRESS_MISSING'],
    ['docker', false, 'ENGINE_SILENT'],
    ['pigeon', true, 'UNKNOWN_WAY'],
  ])('says what is missing when %s is forced and cannot be', (way, engine, code) => {
    expect(() => waysFor('kafka', { NOTIFYME_SERVERS: way }, engine)).toThrow(
      expect.objectContaining({ code, retryable: false }),
    );
  });
});
