import { type Counters, createCounters } from '../../../services/shared/counters/record.ts';
import type { Ledger } from '../../../services/shared/ledger/index.ts';
import { silentLogger as log } from '../../../services/shared/log.ts';

/** Writes counters as they would have been counted at a moment. */
export async function countAt(ledger: Ledger, at: Date, count: (counters: Counters) => void): Promise<void> {
  const counters = createCounters({ ledger, clock: () => at, log });
  count(counters);
  await counters.stop();
}

/** An hour of invented traffic with a bad quarter: what the overview looks like on a working day. One bulk write. */
export async function aBusyHour(ledger: Ledger, now: Date): Promise<void> {
  let minute = 0;
  const clock = () => new Date(now.getTime() - minute * 60_000);
  const counters = createCounters({ ledger, clock, log, flushMs: 600_000 });
  for (minute = 59; minute >= 0; minute -= 1) countMinute(counters, minute);
  await counters.stop();
}

function countMinute(counters: Counters, minute: number): void {
  const n = 400 + Math.round(180 * Math.sin(minute / 6)) + ((minute * 37) % 60);
  const isBad = minute > 18 && minute < 33;
  for (const [entity, part] of [['sijilat', 0.4] as const, ['health', 0.35] as const, ['ofoq', 0.25] as const]) {
    const lane = entity === 'health' ? 'urgent' : 'normal';
    counters.flow({ channel: null, entity, lane }, 'accepted', Math.round(n * part));
    for (const [channel, share] of [['sms', 0.6] as const, ['email', 0.3] as const, ['push', 0.1] as const]) {
      const key = { channel, entity, lane } as const;
      const isLost = isBad && channel === 'sms';
      const sent = Math.round(n * part * share * (isLost ? 0.3 : 1));
      counters.flow(key, 'sent', sent);
      counters.flow(key, 'delivered', Math.round(sent * 0.94));
      counters.flow(key, 'failed', isLost ? Math.round(n * part * 0.2) : Math.round(sent * 0.02));
      for (let i = 0; i < sent / 20; i += 1) counters.handoff(key, 150 + ((i * 7919) % 2400) * (isBad ? 12 : 1));
    }
  }
  for (let i = 0; i < 12; i += 1) {
    counters.call({ channel: 'sms', provider: 'sns-sms' }, isBad && i < 9);
    counters.call({ channel: 'email', provider: 'smtp' }, false);
    counters.receipt({ channel: 'sms', provider: 'sns-sms' }, 900 + i * 400);
  }
}
