import { describe, expect, it } from '@jest/globals';
import type { Receipt, ReceiptKind } from '../../contracts/generated/types.ts';
import { NOON, sampleContact } from '../shared/ledger/samples.ts';
import { actOf } from './act.ts';

const receipt = (kind: ReceiptKind, reason?: string, channel: Receipt['channel'] = 'email'): Receipt => ({
  ...{ id: 'r_1', provider: 'sample', channel, kind, occurredAt: NOON.toISOString(), receivedAt: NOON.toISOString() },
  ...(reason && { reason }),
});
const act = (one: Receipt, contact = sampleContact({ channel: 'email' })) => actOf({ receipt: one }, contact);
const becomes = (to: string, reason: string | null) => expect.objectContaining({ to, reason });

describe('C19 what evidence does to a contact', () => {
  it.each<[string, Receipt]>([
    ['a: an out-of-office reply', receipt('auto_reply')],
    ['d: a delay', receipt('delayed', 'mailbox_full')],
    ['f: "not spam"', receipt('not_spam')],
    ['an arrival', receipt('delivered')],
    ['content that was refused', receipt('refused', 'rejected_content')],
  ])('%s: nothing', (_, one) => {
    expect(act(one)).toBe(null);
  });

  it('b: a full mailbox counts one soft bounce', () => {
    expect(act(receipt('soft_bounce', 'mailbox_full'))).toEqual({ kind: 'count' });
  });

  it('c: an address that does not exist makes it suspect, and says so; also after a complaint', () => {
    const found = act(receipt('hard_bounce', 'invalid_address'));
    expect(found).toMatchObject({ kind: 'change', change: becomes('suspect', 'invalid_address') });
    expect(found).toMatchObject({ change: { from: ['verified', 'suppressed'] } });
  });

  it('e: a complaint suppresses optional mail', () => {
    expect(act(receipt('complaint', 'complaint'))).toMatchObject({ change: becomes('suppressed', 'complaint') });
  });

  it('a person who said stop is left in peace until they say start', () => {
    expect(act(receipt('opted_out', 'opted_out', 'sms'))).toMatchObject({ change: becomes('opted_out', 'opted_out') });
    expect(act(receipt('opted_in', undefined, 'sms'))).toMatchObject({
      change: { from: ['opted_out'], to: 'verified', reason: null },
    });
  });
});

describe('C35 a device', () => {
  it('that is gone is removed', () => {
    expect(act(receipt('endpoint_gone', 'endpoint_gone', 'push'))).toEqual({ kind: 'remove' });
  });

  it('stays for any other fault', () => {
    for (const reason of ['too_large', 'provider_throttled', 'provider_unavailable', 'provider_refused'])
      expect(act(receipt('refused', reason, 'push'))).toBe(null);
  });
});

describe('an arrival', () => {
  it('ends a row of soft bounces, also when it is told by the person reading it', () => {
    for (const kind of ['delivered', 'read'] as const)
      expect(act(receipt(kind), sampleContact({ softBounces: 1 }))).toEqual({ kind: 'forget' });
  });

  it('ends none where there is none, or where the contact is gone', () => {
    expect(act(receipt('read'), sampleContact({ softBounces: 0 }))).toBe(null);
    expect(actOf({ receipt: receipt('delivered') }, undefined)).toBe(null);
    expect(act(receipt('sent'), sampleContact({ softBounces: 4 }))).toBe(null);
  });
});

describe('a contact', () => {
  it('that people stop is theirs to open again, whatever else was said of it', () => {
    expect(act(receipt('opted_out', 'opted_out', 'sms'))).toEqual({
      kind: 'change',
      change: { from: ['verified', 'suspect', 'suppressed'], to: 'opted_out', reason: 'opted_out' },
    });
    expect(act(receipt('complaint', 'complaint'))).toMatchObject({ change: { from: ['verified'] } });
  });

  it('on a device alone is removed when it is gone; a mailbox is asked about', () => {
    expect(act(receipt('hard_bounce', 'invalid_number', 'sms'))).toEqual({
      kind: 'change',
      change: { from: ['verified', 'suppressed'], to: 'suspect', reason: 'invalid_number' },
    });
    expect(act(receipt('hard_bounce'))).toMatchObject({ kind: 'change', change: { to: 'suspect', reason: null } });
  });
});
