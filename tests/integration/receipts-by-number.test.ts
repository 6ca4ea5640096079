import { beforeEach, describe, expect, it } from '@jest/globals';
import { applyReceipts } from '../../services/receipts/apply.ts';
import { lookAgain } from '../../services/receipts/unmatched.ts';
import type { Consent } from '../../services/shared/consent-history.ts';
import { createConsentHistory } from '../../services/shared/consent-history.ts';
import { writeEvidence } from '../../services/shared/evidence/index.ts';
import { at, NOON } from '../../services/shared/ledger/samples.ts';
import type { StoredReceipt } from '../../services/shared/ledger/types.ts';
import { Crash, crashAfter } from '../support/crashing.ts';
import { apply, contact, h, message, person, receipt, sent, useReceipts } from './receipts/bench.ts';

useReceipts();

const NUMBER = '+97336001234';
const said = (kind: 'opted_out' | 'opted_in', recipient = NUMBER) =>
  receipt(kind, {
    ...{ provider: 'sms-gateway', channel: 'sms' },
    evidence: h.sealer.seal(
      writeEvidence({ source: 'sms-gateway', recipient, recipients: 1, raw: 'STOP' }),
      'evidence',
    ),
  });
const stored = (id: string) => h.ledger.receipts.findById(id).lean<StoredReceipt>();

async function history(): Promise<Consent[]> {
  const consents = await createConsentHistory(h.ledger, h.sealer);
  return consents.list((await person())!._id, 20);
}

beforeEach(async () => {
  const { _id: subscriberId } = (await person())!;
  const owner = { _id: h.deps.blind.addressId('sms', NUMBER), subscriberId, at: NOON };
  await h.ledger.owners.collection.replaceOne({ _id: owner._id as never }, owner as never, { upsert: true });
  await h.ledger.connection.collection('consents').deleteMany({});
});

describe('STOP and START of a number, without any reference to a message', () => {
  it('stop texts to it and allow them again; both stand in the history of consent, and the evidence is kept', async () => {
    const stop = said('opted_out');
    await apply(stop);
    expect(await contact('sms')).toMatchObject({ state: 'opted_out', reason: 'opted_out' });
    expect(await contact('email')).toMatchObject({ state: 'verified' });
    expect(await stored(stop.id)).toMatchObject({ kind: 'opted_out', matched: true, evidence: expect.any(String) });
    await apply(said('opted_in'));
    expect(await contact('sms')).toMatchObject({ state: 'verified', reason: null });
    expect((await history()).map(({ what, by, detail }) => [what, by, detail.masked]).toSorted()).toEqual([
      ['opted_in', 'person', '*1234'],
      ['opted_out', 'person', '*1234'],
    ]);
  });

  it('count in the order in which they came, also in one batch; what comes again changes nothing', async () => {
    const stop = said('opted_out');
    await apply(stop, said('opted_in'));
    expect((await contact('sms')).state).toBe('verified');
    await apply(stop);
    expect((await contact('sms')).state).toBe('verified');
    expect(await history()).toHaveLength(2);
  });

  it('are understood however the provider writes the number', async () => {
    for (const [kind, number, state] of [
      ['opted_out', '97336001234', 'opted_out'],
      ['opted_in', '0097336001234', 'verified'],
      ['opted_out', '36001234', 'opted_out'],
    ] as const) {
      await apply(said(kind, number));
      expect([number, (await contact('sms')).state]).toEqual([number, state]);
    }
  });

  it('of a number that nobody holds are kept, and touch nobody', async () => {
    const stop = said('opted_out', '+97336009999');
    await apply(stop, said('opted_out', 'SHORTCODE'));
    expect((await contact('sms')).state).toBe('verified');
    expect(await stored(stop.id)).toMatchObject({ matched: false, evidence: expect.any(String) });
    h.setClock(60);
    expect(await lookAgain(h.deps)).toBe(false);
  });

  it('take effect also when the process dies at any step', async () => {
    for (let steps = 1, crashed = true; crashed; steps++) {
      await h.person();
      const stop = message(said('opted_out'), steps);
      crashed = await applyReceipts([stop], crashAfter(h.deps, steps).deps).then(
        () => false,
        (error) => {
          if (error instanceof Crash) return true;
          throw error;
        },
      );
      await applyReceipts([stop], h.deps);
      expect([steps, (await contact('sms')).state]).toEqual([steps, 'opted_out']);
    }
  });
});

it('notes a STOP that answers one of our messages as well', async () => {
  const { providerRef } = await sent({ channel: 'sms', sentAt: at(-60) });
  await apply(receipt('opted_out', { channel: 'sms', providerRef, reason: 'opted_out' }));
  expect((await history()).map(({ what }) => what)).toEqual(['opted_out']);
});
