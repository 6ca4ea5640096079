import { describe, expect, it } from '@jest/globals';
import { check, isBroken, type Ledgers } from './check.ts';
import type { Produced, Taken, Told } from './ledgers.ts';

const event = (n: number, more: Partial<Produced> = {}): Produced => ({
  ...{ kind: 'acked', id: `faults-${n}`, via: 'http', ref: `F-000000${n}`, person: 1, onUnknown: 'resend' },
  ...{ case: null, sequence: null },
  ...more,
});
const mail = (n: number, more: Partial<Taken> = {}): Taken => ({
  ...{ channel: 'email', ref: `F-000000${n}`, to: 'person1@example.com', delivery: null, answer: 'accepted' },
  ...more,
});
const text = (n: number) => mail(n, { channel: 'sms', to: '+97336001001' });
const told = (n: number, more: Partial<Told> = {}): Told => ({
  ...{ notificationId: `n_${n}`, eventId: `faults-${n}`, revision: 0, status: 'reached', at: '2026-11-24T09:00:00Z' },
  channels: ['email', 'sms'].map((channel) => ({ channel, status: 'sent' })),
  ...more,
});
const judge = (more: Partial<Ledgers>) => {
  const verdict = check({ produced: [event(1)], taken: [mail(1), text(1)], injected: [], told: [told(1)], ...more });
  return { verdict, broken: isBroken(verdict) };
};

describe('the checker', () => {
  it('finds a whole run whole', () => {
    expect(judge({})).toMatchObject({ broken: false, verdict: { acknowledged: 1, lost: 0, duplicates: 0 } });
  });

  it('calls lost what the outcome says was sent and nobody took', () => {
    expect(judge({ taken: [text(1)] })).toMatchObject({ broken: true, verdict: { lost: 1 } });
  });

  it('does not call lost what the outcome says did not go', () => {
    const channels = [
      { channel: 'email', status: 'expired', reason: 'provider_unavailable' },
      { channel: 'sms', status: 'sent' },
    ];
    const { verdict, broken } = judge({ taken: [text(1)], told: [told(1, { channels })] });
    expect([broken, verdict.notSent]).toEqual([false, { 'expired:provider_unavailable': 1 }]);
  });

  describe('of what ended before any channel was decided on', () => {
    const expiresAt = Date.parse('2026-11-24T09:02:00Z');
    const end = (more: Partial<Told> = {}) =>
      judge({
        ...{ produced: [event(1, { expiresAt })], taken: [] },
        told: [
          told(1, {
            ...{ status: 'not_reached', reason: 'expired', channels: [] },
            ...{ at: '2026-11-24T09:02:00Z', seenAt: expiresAt },
            ...more,
          }),
        ],
      });

    it('does not call lost what expired while it waited', () => {
      const { verdict, broken } = end();
      expect([broken, verdict.lost, verdict.notSent]).toEqual([false, 0, { 'expired:undecided': 1 }]);
    });

    it.each<[string, Partial<Told>]>([
      ['ended for any other reason', { reason: 'no_subscriber' }],
      ['is said to have reached somebody', { status: 'reached' }],
      ['was called expired before its time', { at: '2026-11-24T09:01:59Z' }],
      ['was called expired by a clock that is ahead', { seenAt: expiresAt - 1 }],
    ])('calls lost what %s', (_what, more) => {
      expect(end(more)).toMatchObject({ broken: true, verdict: { lost: 1 } });
    });
  });

  it('misses an outcome that never came, also of a notice that went out', () => {
    expect(judge({ told: [] })).toMatchObject({ broken: true, verdict: { outcomesMissing: 1, lost: 0 } });
  });

  it('knows a repeated outcome from a second one', () => {
    expect(judge({ told: [told(1), told(1)] })).toMatchObject({ broken: false, verdict: { outcomeRepeats: 1 } });
    const other = told(1, { at: '2026-11-24T09:00:01Z' });
    expect(judge({ told: [told(1), other] })).toMatchObject({ broken: true, verdict: { outcomesDouble: 1 } });
  });

  it('calls phantom what nobody published, and what reached somebody else', () => {
    expect(judge({ taken: [mail(1), text(1), mail(2)] })).toMatchObject({ broken: true, verdict: { phantom: 1 } });
    const wrong = mail(1, { to: 'person2@example.com' });
    expect(judge({ taken: [wrong, text(1)] })).toMatchObject({ broken: true, verdict: { phantom: 1 } });
  });

  it('allows as many duplicates as were in flight or never answered, and no more', () => {
    const taken = [mail(1), mail(1), text(1)];
    expect(judge({ taken })).toMatchObject({ broken: true, verdict: { duplicates: 1, duplicateBound: 0 } });
    const injected = [{ fault: 'kill', target: 'email-1', inFlight: 1 }];
    expect(judge({ taken, injected })).toMatchObject({ broken: false, verdict: { duplicateBound: 1 } });
    const hung = [mail(1, { answer: 'hung' }), mail(1), text(1)];
    expect(judge({ taken: hung })).toMatchObject({ broken: false, verdict: { duplicateBound: 1 } });
  });

  it('allows none of a notice that is to be held when nobody knows', () => {
    const injected = [{ fault: 'kill', target: 'email-1', inFlight: 9 }];
    const produced = [event(1, { onUnknown: 'hold' })];
    expect(judge({ produced, injected, taken: [mail(1), mail(1), text(1)] })).toMatchObject({
      ...{ broken: true, verdict: { heldTwice: 1 } },
    });
  });

  it('sees the first copies of a case out of order, and not a repeat that comes late', () => {
    const produced = [1, 2].map((n) => event(n, { case: 'K-1', sequence: n }));
    const both = { produced, told: [told(1), told(2)] };
    const late = [mail(1), mail(2), mail(1), text(1), text(2)];
    const injected = [{ fault: 'kill', target: 'email-1', inFlight: 1 }];
    expect(judge({ ...both, taken: late, injected }).verdict.orderInversions).toBe(0);
    const turned = [mail(2), mail(1), text(1), text(2)];
    expect(judge({ ...both, taken: turned })).toMatchObject({ broken: true, verdict: { orderInversions: 1 } });
  });
});
