import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isReason } from '../../../contracts/status.ts';
import { classifyInbound, classifySnsPush, classifySnsSms } from './index.ts';

describe('SMS delivery status of Amazon SNS', () => {
  it.each([
    // The failure reasons of the SNS developer guide.
    ['Blocked as spam by phone carrier', 'refused', 'blocked_by_carrier', 'none'],
    ['Destination is on a blocked list', 'hard_bounce', 'blocked_by_carrier', 'suspect'],
    ['Invalid phone number', 'hard_bounce', 'invalid_number', 'dead'],
    ['Message body is invalid', 'refused', 'rejected_content', 'none'],
    ['Phone carrier has blocked this message', 'refused', 'blocked_by_carrier', 'none'],
    ['Phone carrier is currently unreachable/unavailable', 'refused', 'provider_unavailable', 'none'],
    ['Phone has blocked SMS', 'hard_bounce', 'blocked_by_carrier', 'suspect'],
    ['Phone is on a blocked list', 'hard_bounce', 'blocked_by_carrier', 'suspect'],
    ['Phone is currently unreachable/unavailable', 'soft_bounce', 'unreachable_phone', 'soft'],
    ['Phone number is opted out', 'opted_out', 'opted_out', 'opt_out'],
    ['This delivery would exceed max price', 'refused', 'provider_misconfigured', 'none'],
    ['Unknown error attempting to reach phone', 'soft_bounce', 'unreachable_phone', 'soft'],
    ['A sentence of tomorrow', 'refused', 'provider_refused', 'none'],
  ])('FAILURE "%s" is %s, %s, effect %s', (text, kind, reason, effect) => {
    expect(classifySnsSms('FAILURE', text)).toEqual({ kind, reason, effect });
    expect(isReason(reason)).toBe(true);
  });

  it('takes SUCCESS as delivered, which is the last word that SNS has', () => {
    expect(classifySnsSms('SUCCESS', 'Message has been accepted by phone')?.kind).toBe('delivered');
    expect(classifySnsSms('SUCCESS', 'Message has been accepted by phone carrier')?.kind).toBe('delivered');
  });

  it('says nothing of another status, and never throws', () => {
    expect(classifySnsSms('PENDING', '')).toBeNull();
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => classifySnsSms(a, b) === null));
    expect(classifySnsSms('FAILURE', 'constructor')?.kind).toBe('refused');
  });
});

describe('push delivery status of Amazon SNS', () => {
  it.each([
    ['FAILURE', 410, '', 'endpoint_gone', 'dead'],
    ['FAILURE', 400, 'BadDeviceToken', 'endpoint_gone', 'dead'],
    ['FAILURE', null, 'InvalidPlatformToken', 'endpoint_gone', 'dead'],
    ['FAILURE', 413, '', 'refused', 'none'],
    ['FAILURE', 503, '', 'refused', 'none'],
    ['SUCCESS', 200, '', 'sent', 'none'],
  ])('%s %s %s is %s, effect %s', (status, code, failure, kind, effect) => {
    expect(classifySnsPush(status, code, failure)).toMatchObject({ kind, effect });
  });
});

describe('a text answered by SMS', () => {
  it.each([
    ...['STOP', 'stop.', ' Stop! ', 'STOPALL', 'Unsubscribe', 'opt-out', 'STOP please', '"stop"'],
    ...['إيقاف', 'ايقاف', 'إيقاف.', 'إِيقَاف', 'إيقـــاف', '\u200fإيقاف\u200f', 'أوقف', 'توقف', 'توقّف من فضلك'],
    ...['الغاء', 'إلغاء', 'ألغاء', 'إلغاء الاشتراك', 'ﺇﻟﻐﺎﺀ'],
  ])('%j opts out', (text) => {
    expect(classifyInbound(text)).toEqual({ kind: 'opted_out', reason: 'opted_out', effect: 'opt_out' });
  });

  it.each(['START', 'start ', 'ابدأ', 'إبدأ', 'ابدا', 'اشترك'])('%j opts in', (text) => {
    expect(classifyInbound(text)).toEqual({ kind: 'opted_in', reason: null, effect: 'none' });
  });

  it.each([
    '',
    '???',
    'Cancel my appointment',
    'إلغاء الموعد',
    'When does the bus stop here?',
    'Stop telling my neighbour about the permit of house 12',
    'متى توقف الخدمة',
    'شكرا',
  ])('%j is left to a person', (text) => expect(classifyInbound(text)).toBeNull());

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => classifyInbound(text) !== undefined));
  });
});
