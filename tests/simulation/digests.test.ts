import { expect, it } from '@jest/globals';
import { sampleSubscriber } from '../../services/shared/ledger/samples.ts';
import type { Notification } from '../../services/shared/ledger/types.ts';
import { createSimulation, type Published } from './engine.ts';
import { DAY, HOUR, local, START, sms, times } from './rows.ts';

const DAYS = 30;
const person = sampleSubscriber({ quietHours: { from: '21:00', to: '07:00' } });
const down = { kind: 'retry', reason: 'provider_unavailable', code: '503' } as const;

type Night = Record<
  string,
  {
    /** Seconds from noon at which it is published. */
    at: number;
    more?: Partial<Notification>;
    rest?: Partial<Published>;
    /** Seconds after noon at which it goes out, and of how many notices the message tells. */
    sends: [at: number, of?: number][];
    outcome: { status: string; reason?: string };
  }
>;
const reached = { status: 'reached' };
const MORNING = local(24 + 7);

/** Worked out by hand: three of one entity make one message, sent for the one that expires last. */
const NIGHT: Night = {
  'of the entity, at ten': { at: local(22), sends: [], outcome: reached },
  'of the entity, at half past eleven': { at: local(23, 30), sends: [], outcome: reached },
  'of the entity, at two': { at: local(26), sends: [[MORNING, 3]], outcome: reached },
  'cancelled at one': {
    at: local(21, 30),
    rest: { later: [{ after: 3.5 * HOUR, what: 'cancel' }] },
    sends: [],
    outcome: { status: 'cancelled', reason: 'cancelled' },
  },
  'of another entity': { at: local(23), more: { entity: 'health' }, sends: [[MORNING]], outcome: reached },
  'another of that entity': { at: local(24), more: { entity: 'health' }, sends: [[MORNING]], outcome: reached },
  mandatory: { at: local(23), more: { mandatory: true }, sends: [[local(23)]], outcome: reached },
  urgent: { at: local(23), more: { lane: 'urgent' }, sends: [[local(23)]], outcome: reached },
  'of an entity whose provider is down at seven, at ten': {
    ...{ at: local(22), more: { entity: 'ofoq' }, sends: [], outcome: reached },
  },
  'of an entity whose provider is down at seven, at eleven': {
    ...{ at: local(23), more: { entity: 'ofoq' }, sends: [], outcome: reached },
  },
  'of an entity whose provider is down at seven, at twelve': {
    ...{ at: local(24), more: { entity: 'ofoq' }, rest: { answers: { sms: times(2, down) } } },
    sends: [
      [MORNING, 3],
      [MORNING + 2.5, 3],
      [MORNING + 7.5, 3],
    ],
    outcome: reached,
  },
};

it('wakes nobody with ten texts: a month of nights, each notice in exactly one message at its exact time', () => {
  const simulation = createSimulation();
  for (let day = 0; day < DAYS; day++) {
    for (const [name, { at, more, rest }] of Object.entries(NIGHT)) {
      const moment = START + (day * DAY + at) * 1_000;
      const about = { person, plan: sms, ttlSeconds: 5 * DAY, ...rest };
      simulation.publish(`${name}, day ${day}`, { ...about, at: moment, more });
    }
  }
  for (const { name, at, sends, outcomes } of simulation.run()) {
    const [row, day] = name.split(', day ');
    const { sends: expected, outcome } = NIGHT[row!]!;
    const noon = START + Number(day) * DAY * 1_000;
    const played = sends.map(({ after, of = 1 }) => [(at - noon) / 1_000 + after, of]);
    expect([name, played]).toEqual([name, expected.map(([when, of = 1]) => [when, of])]);
    expect([name, outcomes]).toMatchObject([name, [outcome]]);
  }
});

it('tells all of a digest that it bounced, as often as one message would', () => {
  const simulation = createSimulation();
  for (const hour of [22, 23, 24]) {
    const bounced = { after: MORNING - local(hour) + 60, what: { receipt: 'hard_bounce', channel: 'sms' } } as const;
    const later = hour === 24 ? [bounced] : [];
    simulation.publish(`at ${hour}`, {
      person,
      plan: sms,
      ttlSeconds: 5 * DAY,
      at: START + local(hour) * 1_000,
      later,
    });
  }
  for (const { outcomes } of simulation.run()) expect(outcomes).toMatchObject([{ status: 'not_reached' }]);
});
