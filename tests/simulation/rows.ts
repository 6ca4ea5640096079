import type { Channel } from '../../contracts/status.ts';
import type { SendResult } from '../../services/channels/provider.ts';
import type { Published, Story } from './engine.ts';

export const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];
/** Noon of the first day in Bahrain, which is UTC+3 all year. */
export const START = Date.parse('2026-11-01T09:00:00Z');
/** Seconds from noon to a local wall-clock time of the same day. */
export const local = (hours: number, minutes = 0) => (hours - 12) * HOUR + minutes * MINUTE;

export const sms: Published['plan'] = [{ channels: ['sms'], waitSeconds: 0 }];
const steps: Published['plan'] = [
  { channels: ['push'], waitSeconds: 0 },
  { channels: ['sms'], waitSeconds: 15 * MINUTE },
  { channels: ['email'], waitSeconds: DAY },
];
const down: SendResult = { kind: 'retry', reason: 'provider_unavailable', code: '503' };
const throttled: SendResult = { kind: 'throttled', code: '429' };
const unknown: SendResult = { kind: 'unknown', code: 'timeout' };
const refused: SendResult = { kind: 'refused', reason: 'unreachable_phone', code: 'x', contact: 'keep' };
export const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

export type Row = Omit<Published, 'at' | 'person'> & {
  /** When it is published each day, in seconds from local noon. */
  published: number;
  /** Worked out by hand: the seconds after publishing at which each attempt is made. */
  sends: [Channel, number][];
  outcome: [Story['notice']['status'], string | null];
};

/** Quiet hours are 21:00-07:00 local. The waits are 2.5 s, doubled, for SMS: half of 5 s, 10 s, 20 s and so on. */
export const ROWS: Record<string, Row> = {
  'C26 just before quiet hours': row(local(20, 59), sms, [['sms', 0]]),
  'C26 at their beginning': row(local(21), sms, [['sms', 10 * HOUR]]),
  'C26 after midnight': row(local(24, 30), sms, [['sms', 6.5 * HOUR]]),
  'C26 a minute before their end': row(local(6, 59), sms, [['sms', 60]]),
  'C26 at their end': row(local(7), sms, [['sms', 0]]),
  'C26 mandatory at night': row(local(23), sms, [['sms', 0]], { more: { mandatory: true } }),
  'C26 urgent at night': row(local(23), sms, [['sms', 0]], { more: { lane: 'urgent' } }),
  'expires before the morning': row(local(22), sms, [], { ttlSeconds: HOUR }, ['not_reached', 'expired']),
  'expires at the very end of quiet hours': row(local(22), sms, [], { ttlSeconds: 9 * HOUR }, [
    'not_reached',
    'expired',
  ]),
  'three failures': row(0, sms, at('sms', 0, 2.5, 7.5, 17.5), { answers: { sms: times(3, down) } }),
  'down until it expires': row(
    0,
    sms,
    at('sms', 0, 2.5, 7.5, 17.5, 37.5),
    { ttlSeconds: 60, answers: { sms: times(99, down) } },
    ['not_reached', 'provider_unavailable'],
  ),
  'waits grow to half of 15 minutes': row(
    0,
    sms,
    at('sms', 0, 2.5, 7.5, 17.5, 37.5, 77.5, 157.5, 317.5, 637.5, 1_087.5, 1_537.5),
    { answers: { sms: times(10, down) } },
  ),
  'retries that run into quiet hours': row(local(20, 59) + 55, sms, at('sms', 0, 2.5, 10 * HOUR + 5), {
    answers: { sms: times(2, down) },
  }),
  'throttling burns no attempt': row(0, sms, at('sms', 0, 3, 9, 11.5), {
    answers: { sms: [throttled, throttled, down] },
  }),
  'C16 unknown, sent again': row(0, sms, at('sms', 0, 60), {
    answers: { sms: [unknown] },
    more: { onUnknown: 'resend' },
  }),
  'C16 unknown twice': row(
    0,
    sms,
    at('sms', 0, 60),
    { answers: { sms: [unknown, unknown] }, more: { onUnknown: 'resend' } },
    ['not_reached', 'unknown_outcome'],
  ),
  'C16 unknown and held': row(0, sms, at('sms', 0), { answers: { sms: [unknown] } }, [
    'not_reached',
    'unknown_outcome',
  ]),
  'C16 unknown and held, with a late receipt': row(0, sms, at('sms', 0), {
    answers: { sms: [unknown] },
    later: [{ after: 2 * HOUR, what: { receipt: 'delivered', channel: 'sms' } }],
  }),
  'no sign of life': row(0, steps, [
    ['push', 0],
    ['sms', 900],
    ['email', DAY + 900],
  ]),
  'push arrives': row(0, steps, [['push', 0]], {
    later: [{ after: 300, what: { receipt: 'delivered', channel: 'push' } }],
  }),
  'the text arrives': row(
    0,
    steps,
    [
      ['push', 0],
      ['sms', 900],
    ],
    { later: [{ after: 1_200, what: { receipt: 'delivered', channel: 'sms' } }] },
  ),
  'read in the inbox after ten minutes': row(0, steps, [['push', 0]], { later: [{ after: 600, what: 'read' }] }),
  'push and text fail': row(
    0,
    steps,
    [
      ['push', 0],
      ['sms', 0],
      ['email', 0],
    ],
    { answers: { push: [refused], sms: [refused] } },
    ['partly_reached', null],
  ),
  'the next step falls into quiet hours': row(local(20, 50), steps, [
    ['push', 0],
    ['sms', 10 * HOUR + 600],
    ['email', DAY + 10 * HOUR + 600],
  ]),
  'later steps expire': row(
    0,
    steps,
    [
      ['push', 0],
      ['sms', 900],
    ],
    { ttlSeconds: DAY },
  ),
  'cancelled while it waits for the morning': row(local(22), sms, [], { later: [{ after: HOUR, what: 'cancel' }] }, [
    'cancelled',
    'cancelled',
  ]),
};

function row(
  published: number,
  plan: Published['plan'],
  sends: Row['sends'],
  more: Partial<Published> = {},
  outcome: Row['outcome'] = ['reached', null],
): Row {
  return { published, plan, sends, ttlSeconds: 5 * DAY, ...more, outcome };
}
function at(channel: Channel, ...seconds: number[]): Row['sends'] {
  return seconds.map((after) => [channel, after]);
}
