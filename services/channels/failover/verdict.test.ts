import { describe, expect, it } from '@jest/globals';
import type { Reason } from '../../../contracts/status.ts';
import type { SendResult } from '../provider.ts';
import { verdictOf } from './verdict.ts';

const retry = (reason: Reason): SendResult => ({ kind: 'retry', reason, code: 'x' });

describe('what an answer says of the provider', () => {
  it.each<[what: string, result: SendResult, fault: boolean, next: boolean]>([
    ['a message it took', { kind: 'accepted', providerRef: 'r', code: null }, false, false],
    ['a wrong number', { kind: 'refused', reason: 'invalid_number', code: 'x', contact: 'dead' }, false, false],
    ['a person who opted out', { kind: 'refused', reason: 'opted_out', code: 'x', contact: 'opted_out' }, false, false],
    ['a full mailbox', retry('mailbox_full'), false, false],
    ['a recipient’s server that wants us later', retry('retry'), false, false],
    ['a request to slow down', { kind: 'throttled', code: 'x' }, false, true],
    ['a provider that is down', retry('provider_unavailable'), true, true],
    ['an account that is refused', retry('provider_misconfigured'), true, true],
    ['silence after it may have sent', { kind: 'unknown', code: 'x' }, true, false],
    ['our own breakers', { kind: 'held', code: 'x', retryAfterMs: 1 }, false, false],
  ])('%s: fault and next', (_what, result, fault, next) => {
    expect(verdictOf(result)).toMatchObject({ fault, next });
  });
});
