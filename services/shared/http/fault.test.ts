import { describe, expect, it } from '@jest/globals';
import { faultOf } from './fault.ts';

const stack = (...lines: string[]) => lines.join('\n');

describe('what a log line says of a fault', () => {
  it('is its class and the lines of ours, nearest first, without the folder in which they stand', () => {
    const error = Object.assign(new TypeError('36001234 is no date'), {
      stack: stack(
        'TypeError: 36001234 is no date',
        '    at contactFault (file:///srv/notifyme/services/shared/policy/contacts.ts:28:76)',
        '    at processTicksAndRejections (node:internal/process/task_queues:104:5)',
        '    at /srv/notifyme/node_modules/express/lib/router.js:3:1',
        '    at async verify (file:///srv/notifyme/services/registry/http/contacts.ts:23:19)',
      ),
    });
    expect(faultOf(error)).toEqual({
      code: 'TypeError',
      at: 'services/shared/policy/contacts.ts:28 < services/registry/http/contacts.ts:23',
    });
  });

  it('never repeats the message, also one of several lines that names a file', () => {
    const error = new Error('900100001\nservices/shared/a.ts:1');
    expect(JSON.stringify(faultOf(error))).not.toMatch(/900100001|a\.ts/);
  });

  it('is three lines at most', () => {
    const error = new Error();
    error.stack = Array.from({ length: 9 }, (_, n) => `    at f (/x/services/a.ts:${n}:1)`).join('\n');
    expect(faultOf(error).at).toBe('services/a.ts:0 < services/a.ts:1 < services/a.ts:2');
  });

  it.each([
    [Object.assign(new Error('x'), { code: 11000, stack: '' }), { code: '11000' }],
    ['thrown text', { code: 'undefined' }],
    [null, { code: 'undefined' }],
  ])('is a code where there is no more: %p', (error, expected) => {
    expect(faultOf(error)).toEqual(expected);
  });
});
