import { expect, it } from '@jest/globals';
import { sampleSubscriber } from '../../services/shared/ledger/samples.ts';
import { createSimulation } from './engine.ts';
import { DAY, HOUR, local, ROWS, START, sms, times } from './rows.ts';

const DAYS = 30;

it('plays a month of notices in seconds, each sent exactly when it should be', () => {
  const simulation = createSimulation();
  const names = Object.keys(ROWS);
  for (let day = 0; day < DAYS; day++) {
    for (const [index, name] of names.entries()) {
      const person = sampleSubscriber({ _id: `s_${index}`, quietHours: { from: '21:00', to: '07:00' } });
      const { published, sends: _, outcome: __, ...notice } = ROWS[name]!;
      simulation.publish(`${name}, day ${day}`, { ...notice, person, at: START + (day * DAY + published) * 1_000 });
    }
  }
  const began = performance.now();
  const stories = simulation.run();
  expect(performance.now() - began).toBeLessThan(30_000);

  const played = stories.map(({ name, sends, outcomes }) => [
    name,
    sends.map(({ channel, after }) => [channel, after]),
    outcomes.map(({ status, reason }) => [status, reason]),
  ]);
  const expected = Object.entries(ROWS).flatMap(([name, { sends, outcome }]) =>
    times(DAYS, null).map((_, day) => [`${name}, day ${day}`, sends, [outcome]]),
  );
  const byName = (a: unknown[], b: unknown[]) => String(a[0]).localeCompare(String(b[0]));
  expect(played.sort(byName)).toEqual(expected.sort(byName));
});

it('sends no older notice of a case in the morning when a newer one went at night', () => {
  const simulation = createSimulation();
  const person = sampleSubscriber({ quietHours: { from: '21:00', to: '07:00' } });
  const about = { person, plan: sms, ttlSeconds: 5 * DAY };
  for (let day = 0; day < DAYS; day++) {
    const evening = START + (day * DAY + local(22)) * 1_000;
    const more = { correlationId: `case-${day}` };
    simulation.publish(`older ${day}`, { ...about, at: evening, more: { ...more, eventTime: new Date(evening) } });
    const newer = { ...more, eventTime: new Date(evening + 1), mandatory: true };
    simulation.publish(`newer ${day}`, { ...about, at: evening + 60_000, more: newer });
  }
  for (const { name, sends, outcomes } of simulation.run()) {
    const older = name.startsWith('older');
    expect([name, sends]).toEqual([name, older ? [] : [{ channel: 'sms', after: 0 }]]);
    expect(outcomes).toMatchObject([older ? { reason: 'superseded', after: 9 * HOUR } : { status: 'reached' }]);
  }
});
