import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AddressRefused, CanonicalAddress } from './canonical.ts';
import { canonicalEmail } from './email.ts';
import { maskAddress } from './mask.ts';
import { canonicalMobile } from './mobile.ts';
import { canonicalSubscription, canonicalToken } from './push.ts';

const GCC = ['BH', 'SA', 'AE', 'KW', 'OM', 'QA'];
const result = (checked: CanonicalAddress | AddressRefused) => (checked.ok ? checked.address : checked.faults[0]?.code);

describe('a mobile number', () => {
  it.each([
    ['٣٦٠٠١٢٣٤', '+97336001234'],
    ['۳۶۰۰۱۲۳۴', '+97336001234'],
    ['\u2068+973 3600 1234\u2069', '+97336001234'],
    ['\u202a+97336001234\u202c', '+97336001234'],
    ['3600\u200b1234', '+97336001234'],
    ['३६००१२३४', '+97336001234'],
    ['３６００１２３４', '+97336001234'],
    ['٣٦٠٠ا٢٣٤', 'number_not_valid'],
  ])('C01: %s gives %s', (text, expected) => {
    expect(result(canonicalMobile(text, GCC))).toBe(expected);
  });

  it.each([
    ['36001234', '+97336001234'],
    ['+97336001234', '+97336001234'],
    ['0097336001234', '+97336001234'],
    ['973 3600 1234', '+97336001234'],
    ['+973-3600-1234', '+97336001234'],
    ['(+973) 3600–1234', '+97336001234'],
    ['+9660501234567', '+966501234567'],
    ['0501234567', 'number_not_valid'],
    ['+00973 36001234', 'number_not_valid'],
    ['36001234 ext 5', 'number_not_valid'],
    ['call 36001234', 'number_not_valid'],
    ['', 'number_not_valid'],
    ['3600'.repeat(50), 'number_not_valid'],
  ])('C02: %s gives %s', (text, expected) => {
    expect(result(canonicalMobile(text, GCC))).toBe(expected);
  });

  it.each([
    ['+97390123456', 'number_not_mobile'],
    ['+97317001234', 'number_not_mobile'],
    ['+97180012345', 'number_not_mobile'],
    ['+447400123456', 'number_not_served'],
    ['+12025550123', 'number_not_served'],
    ['+96550001234', '+96550001234'],
    ['+96892123456', '+96892123456'],
    ['+97433123456', '+97433123456'],
    ['+971501234567', '+971501234567'],
  ])('C29: %s gives %s', (text, expected) => {
    expect(result(canonicalMobile(text, GCC))).toBe(expected);
  });

  it('stays the same when it is read again', () => {
    const digits = fc.stringMatching(/^[0-9+() -]{4,16}$/);
    fc.assert(
      fc.property(fc.oneof(digits, fc.string()), (text) => {
        const first = canonicalMobile(text, GCC);
        if (first.ok) expect(canonicalMobile(first.address, GCC)).toEqual(first);
      }),
    );
  });
});

describe('a mail address', () => {
  it.each([
    ['user@مثال.البحرين', 'user@xn--mgbh0fb.xn--mgbcpq6gpa1a'],
    ['noor+gov@example.bh', 'noor+gov@example.bh'],
    ['Noor@Example.BH', 'noor@example.bh'],
    [' \u200fnoor@example.bh\n', 'noor@example.bh'],
    ["o'brien.a_b@mail.example.com", "o'brien.a_b@mail.example.com"],
    ['مستخدم@example.bh', 'email_local_not_ascii'],
    ['"noor"@example.bh', 'email_not_valid'],
    ['noor(home)@example.bh', 'email_not_valid'],
    ['noor@[192.0.2.1]', 'email_not_valid'],
    ['noor@192.0.2.1', 'email_not_valid'],
    ['noor@1.2', 'email_not_valid'],
    ['noor@localhost', 'email_not_valid'],
    ['noor@example..bh', 'email_not_valid'],
    ['noor@-example.bh', 'email_not_valid'],
    ['noor@ex%41mple.bh', 'email_not_valid'],
    ['.noor@example.bh', 'email_not_valid'],
    ['noor..a@example.bh', 'email_not_valid'],
    ['no or@example.bh', 'email_not_valid'],
    ['noor@example.bh\r\nBcc: x@evil.example', 'email_not_valid'],
    ['noor\u0000@example.bh', 'email_not_valid'],
    ['a@b@example.bh', 'email_not_valid'],
    ['noor', 'email_not_valid'],
    ['', 'email_not_valid'],
    [`${'a'.repeat(64)}@example.bh`, `${'a'.repeat(64)}@example.bh`],
    [`${'a'.repeat(65)}@example.bh`, 'email_too_long'],
    [`a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(58)}.bh`, 'email_too_long'],
    [`a@${'b'.repeat(64)}.bh`, 'email_not_valid'],
  ])('C04: %j gives %j', (text, expected) => {
    expect(result(canonicalEmail(text, false))).toBe(expected);
  });

  it('C04: keeps an Arabic local part as it is when the relay offers SMTPUTF8', () => {
    expect(result(canonicalEmail('مستخدم@مثال.البحرين', true))).toBe('مستخدم@xn--mgbh0fb.xn--mgbcpq6gpa1a');
    // Two spellings of one letter: e with acute, and e followed by the accent (NFC).
    expect(canonicalEmail('zoe\u0301@example.com', true)).toEqual(canonicalEmail('zo\u00e9@example.com', true));
  });
});

describe('a push endpoint', () => {
  const HOSTS = ['fcm.googleapis.com', '*.push.apple.com'];
  const point = (length: number, first = 4) => Buffer.concat([Buffer.from([first]), Buffer.alloc(length - 1, 7)]);
  const subscription = (more = {}, keys = {}) => ({
    endpoint: 'https://fcm.googleapis.com/fcm/send/invented',
    keys: { p256dh: point(65).toString('base64url'), auth: Buffer.alloc(16, 9).toString('base64url'), ...keys },
    ...more,
  });

  it('is stored as compact JSON and known by its endpoint, whatever its keys are', () => {
    const first = canonicalSubscription({ ...subscription(), expirationTime: null }, HOSTS);
    const renewed = canonicalSubscription(subscription({}, { auth: Buffer.alloc(16, 1).toString('base64') }), HOSTS);
    expect(first).toMatchObject({ kind: 'webpush', identity: 'https://fcm.googleapis.com/fcm/send/invented' });
    expect(renewed).toMatchObject({ identity: 'https://fcm.googleapis.com/fcm/send/invented' });
    expect(first.ok && JSON.parse(first.address)).toEqual(subscription());
  });

  it.each([
    [subscription({ endpoint: 'http://fcm.googleapis.com/x' }), 'push_not_valid', '/endpoint'],
    [subscription({ endpoint: 'https://user@fcm.googleapis.com/x' }), 'push_not_valid', '/endpoint'],
    [subscription({ endpoint: { $gt: '' } }), 'push_not_valid', '/endpoint'],
    [subscription({ endpoint: 'https://fcm.googleapis.com.evil.example/x' }), 'push_service_unknown', '/endpoint'],
    [subscription({ endpoint: 'https://evilpush.apple.com/x' }), 'push_service_unknown', '/endpoint'],
    [subscription({ endpoint: 'https://127.0.0.1/x' }), 'push_service_unknown', '/endpoint'],
    [subscription({}, { p256dh: point(64).toString('base64url') }), 'push_keys_not_valid', '/keys/p256dh'],
    [subscription({}, { p256dh: point(65, 2).toString('base64url') }), 'push_keys_not_valid', '/keys/p256dh'],
    [subscription({}, { auth: Buffer.alloc(15).toString('base64url') }), 'push_keys_not_valid', '/keys/auth'],
    [subscription({ keys: null }), 'push_keys_not_valid', '/keys/p256dh'],
  ])('%# is refused: %j', (value, code, pointer) => {
    expect(canonicalSubscription(value, HOSTS)).toEqual({ ok: false, faults: [{ pointer, code }] });
  });

  it('of an app is a token of a known platform', () => {
    expect(canonicalToken({ platform: 'apns', token: 'AB'.repeat(32) })).toMatchObject({
      kind: 'apns',
      address: 'ab'.repeat(32),
    });
    expect(canonicalToken({ platform: 'fcm', token: 'invented-token:with_all.its-signs' })).toMatchObject({
      kind: 'fcm',
    });
    expect(result(canonicalToken({ platform: 'apns', token: 'not hex' }))).toBe('push_token_not_valid');
    expect(result(canonicalToken({ platform: 'sms', token: 'ab'.repeat(32) }))).toBe('push_token_not_valid');
    expect(result(canonicalToken({ platform: 'fcm', token: { $gt: '' } }))).toBe('push_token_not_valid');
  });
});

describe('a mask', () => {
  it.each([
    ['mobile', '+97336001234', '*1234'],
    ['email', 'noor@example.com', 'n***@example.com'],
    ['email', 'مستخدم@example.com', '***@example.com'],
    ['email', `n@${'a'.repeat(60)}.example.com`, `n***@${'a'.repeat(31)}...`],
    ['webpush', '{"endpoint":"https://fcm.googleapis.com/x"}', 'browser'],
    ['fcm', 'token', 'Android device'],
    ['apns', 'token', 'Apple device'],
  ] as const)('of %s %s is %s, in printable ASCII of at most 40', (kind, address, expected) => {
    const masked = maskAddress(kind, address);
    expect(masked).toBe(expected);
    expect(masked).toMatch(/^[\x20-\x7e]{1,40}$/);
  });
});
