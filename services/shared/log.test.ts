import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createLogger, type LogFields } from './log.ts';

function lines(write: (log: ReturnType<typeof createLogger>) => void, level?: string): Record<string, unknown>[] {
  const stream = new PassThrough();
  write(createLogger('router', level, stream as never));
  return String(stream.read() ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('a log line', () => {
  it('carries the allowed fields, the service and the time', () => {
    const [line] = lines((log) => log.info({ event: 'routed', count: 3, deliveryId: 'd_1' }));
    expect(line).toMatchObject({ event: 'routed', count: 3, deliveryId: 'd_1', service: 'router' });
    expect(Date.parse(String(line?.time))).not.toBeNaN();
  });

  it('never carries anything else, whatever it is called with', () => {
    const foreign = { address: '+97336001234', subject: 'cpr:900100001', body: 'text', data: { code: '123456' } };
    const [line] = lines((log) => log.error({ event: 'failed', ...foreign } as LogFields));
    expect(JSON.stringify(line)).not.toMatch(/36001234|900100001|text|123456/);
    expect(Object.keys(line!).toSorted()).toEqual(['event', 'level', 'service', 'time']);
  });

  it('is left out below the level', () => {
    expect(lines((log) => log.info({ event: 'routed' }), 'warn')).toEqual([]);
  });
});
