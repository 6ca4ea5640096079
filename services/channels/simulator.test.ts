import { describe, expect, it } from '@jest/globals';
import { REASONS } from '../../contracts/status.ts';
import { sampleRequest } from './provider.behaviour.ts';
import type { SendResult } from './provider.ts';
import { createSimulator } from './simulator.ts';

const simulator = createSimulator('sms');
const play = (simulate: string | null) => simulator.send({ ...sampleRequest('sms'), simulate });

/** The reason a delivery gets from an answer. */
const reasonOf = (result: SendResult): string | null => {
  if (result.kind === 'throttled') return 'provider_throttled';
  if (result.kind === 'unknown') return 'unknown_outcome';
  if (result.kind === 'held') return 'provider_unavailable';
  return result.kind === 'accepted' ? null : result.reason;
};

const ofDelivery = Object.entries(REASONS).filter(([, { of }]) => of.includes('delivery'));
const others = Object.entries(REASONS).filter(([, { of }]) => !of.includes('delivery'));

describe('the simulator', () => {
  it('accepts at once when nothing is asked for', async () => {
    const request = { ...sampleRequest('sms'), simulate: null };
    expect(await simulator.send(request)).toEqual({
      kind: 'accepted',
      providerRef: `sim_${request.deliveryId}`,
      code: 'simulated',
    });
  });

  it.each(ofDelivery)('leads to %s', async (reason) => {
    expect(reasonOf(await play(reason))).toBe(reason);
  });

  it.each(ofDelivery)('ends a delivery for %s only when that reason is final', async (reason, { final }) => {
    expect((await play(reason)).kind === 'refused').toBe(final);
  });

  it.each(others)('accepts for %s, which is decided before a provider is asked', async (reason) => {
    expect((await play(reason)).kind).toBe('accepted');
  });

  it('never touches the contact of a real person', async () => {
    const results = await Promise.all(ofDelivery.map(([reason]) => play(reason)));
    const contacts = results.flatMap((result) => (result.kind === 'refused' ? [result.contact] : []));
    expect(new Set(contacts)).toEqual(new Set(['keep']));
  });

  it('refuses a reason outside the closed list', async () => {
    expect(await play('no_such_reason')).toMatchObject({ kind: 'refused', code: 'unknown_simulation' });
  });
});
