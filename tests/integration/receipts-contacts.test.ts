import { describe, expect, it } from '@jest/globals';
import type { Classification } from '../../services/shared/evidence/index.ts';
import {
  classifyDsn,
  classifyFeedback,
  classifySesBounce,
  writeEvidence,
} from '../../services/shared/evidence/index.ts';
import { NOON } from '../../services/shared/ledger/samples.ts';
import type { Contact, Delivery } from '../../services/shared/ledger/types.ts';
import { contactFault } from '../../services/shared/policy/contacts.ts';
import { apply, contact, h, read, receipt, sent, useReceipts } from './receipts/bench.ts';

useReceipts();

describe('C19 what feedback does to a contact and its notice', () => {
  const CASES: [string, Classification | null, Partial<Contact>, Delivery['status']][] = [
    [
      'a: out of office',
      classifySesBounce({ bounceType: 'Transient', bounceSubType: 'General' }),
      { state: 'verified', softBounces: 0 },
      'sent',
    ],
    [
      'b: mailbox full',
      classifySesBounce({ bounceType: 'Transient', bounceSubType: 'MailboxFull', status: '4.2.2' }),
      { state: 'verified', softBounces: 1 },
      'bounced',
    ],
    [
      'c: transient in name, 5.1.1 in fact',
      classifySesBounce({ bounceType: 'Transient', bounceSubType: 'General', status: '5.1.1', action: 'failed' }),
      { state: 'suspect', reason: 'invalid_address' },
      'bounced',
    ],
    ['d: delayed', classifyDsn({ action: 'delayed', status: '4.4.1' }), { state: 'verified', softBounces: 0 }, 'sent'],
    ['e: complaint', classifyFeedback('abuse'), { state: 'suppressed', reason: 'complaint' }, 'delivered'],
    ['f: not spam', classifyFeedback('not-spam'), { state: 'verified' }, 'sent'],
  ];

  it.each(CASES)('%s', async (_, found, state, status) => {
    const { _id: deliveryId } = await sent();
    await apply(receipt(found!.kind, { deliveryId, ...(found!.reason && { reason: found!.reason }) }));
    expect(await contact('email')).toMatchObject(state);
    expect((await read(deliveryId))?.status).toBe(status);
    expect((await contact('sms')).state).toBe('verified');
  });

  it('c: nothing more goes there, optional or mandatory; e: mandatory still does', async () => {
    const faults = async () => {
      const now = await contact('email');
      return [false, true].map((mandatory) => contactFault(now, { now: NOON, staleAfterMs: 1e12, mandatory }));
    };
    await apply(receipt('complaint', { deliveryId: (await sent())._id, reason: 'complaint' }));
    expect(await faults()).toEqual(['suppressed', null]);
    await apply(receipt('hard_bounce', { deliveryId: (await sent())._id, reason: 'invalid_address' }));
    expect(await contact('email')).toMatchObject({ state: 'suspect', reason: 'invalid_address' });
    expect(await faults()).toEqual(['suspect_contact', 'suspect_contact']);
  });

  it('g: a report about two recipients touches only the one that failed', async () => {
    const [mine, other] = [await sent(), await sent()];
    const about = (recipient: string) =>
      h.sealer.seal(writeEvidence({ source: 'smtp', recipient, recipients: 2, raw: 'report' }), 'evidence');
    const failed = { reason: 'invalid_address' };
    await apply(receipt('hard_bounce', { ...failed, deliveryId: other._id, evidence: about('somebody@example.org') }));
    expect([(await read(other._id))?.status, (await contact('email')).state]).toEqual(['sent', 'verified']);
    await apply(receipt('hard_bounce', { ...failed, deliveryId: mine._id, evidence: about('Noor@Example.com') }));
    expect([(await read(mine._id))?.status, (await contact('email')).state]).toEqual(['bounced', 'suspect']);
  });

  it('five soft bounces in a row make a contact suspect, with the reason of the last; an arrival begins a new row', async () => {
    const soft = async (channel: 'sms' | 'email', reason: string) => {
      const { _id: deliveryId } = await sent({ channel });
      const one = receipt('soft_bounce', { deliveryId, channel, reason });
      await apply(one);
      await apply(one);
    };
    for (let n = 0; n < 4; n++) await soft('sms', 'unreachable_phone');
    expect(await contact('sms')).toMatchObject({ state: 'verified', softBounces: 4 });
    await soft('sms', 'unreachable_phone');
    expect(await contact('sms')).toMatchObject({ state: 'suspect', reason: 'unreachable_phone', softBounces: 5 });
    for (let n = 0; n < 4; n++) await soft('email', 'mailbox_full');
    await apply(receipt('delivered', { deliveryId: (await sent())._id }));
    await soft('email', 'mailbox_full');
    expect(await contact('email')).toMatchObject({ state: 'verified', softBounces: 1 });
  });

  it('a copy of an old receipt does not undo what the person has mended since', async () => {
    const { _id: deliveryId } = await sent();
    const bounce = receipt('hard_bounce', { deliveryId, reason: 'invalid_address' });
    await apply(bounce);
    await h.ledger.subscribers.updateOne(
      { 'contacts.channel': 'email' },
      { $set: { 'contacts.$.state': 'verified', 'contacts.$.reason': null } },
    );
    await apply(bounce);
    expect((await contact('email')).state).toBe('verified');
  });

  it('a test notice says nothing about a real contact', async () => {
    const { _id: deliveryId } = await sent({ test: true });
    await apply(receipt('hard_bounce', { deliveryId, reason: 'invalid_address' }));
    expect([(await read(deliveryId))?.status, (await contact('email')).state]).toEqual(['bounced', 'verified']);
  });
});
