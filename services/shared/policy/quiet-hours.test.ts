import { describe, expect, it } from '@jest/globals';
import { quietUntil } from './quiet-hours.ts';

const NIGHT = { from: '21:00', to: '07:00' };
const until = (at: string, window = NIGHT, zone = 'Asia/Bahrain') =>
  quietUntil(new Date(at), window, zone)?.toISOString() ?? 'send';

describe('quiet hours across midnight', () => {
  // Asia/Bahrain is UTC+3 all year, so the window is 18:00Z to 04:00Z and ends at 04:00Z.
  it.each([
    ['2026-11-24T17:59:00Z', 'send'],
    ['2026-11-24T17:59:59.999Z', 'send'],
    ['2026-11-24T18:00:00Z', '2026-11-25T04:00:00.000Z'],
    ['2026-11-24T21:30:00Z', '2026-11-25T04:00:00.000Z'],
    ['2026-11-25T03:59:00Z', '2026-11-25T04:00:00.000Z'],
    ['2026-11-25T04:00:00Z', 'send'],
  ])('C26 %s in Bahrain: %s', (at, expected) => {
    expect(until(at)).toBe(expected);
  });

  // Ramadan of 2026, which no later tzdata can change: Morocco kept UTC+1 before it and UTC+0 during it.
  it.each([
    ['2026-02-01T06:30:00Z', 'send'], // 07:30
    ['2026-03-01T06:30:00Z', '2026-03-01T07:00:00.000Z'], // 06:30
  ])('C26 %s in Casablanca, whose clock tzdata knows: %s', (at, expected) => {
    expect(until(at, NIGHT, 'Africa/Casablanca')).toBe(expected);
  });

  it.each(['2027-02-01T06:30:00Z', '2027-02-20T06:30:00Z'])(
    'C26 %s in Casablanca, as the tzdata of this Node has it (2025c: 07:30 and 06:30; 2026c: 06:30 both)',
    (at) => {
      const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Africa/Casablanca', timeStyle: 'short' });
      const quiet = clock.format(new Date(at)) < '07:00';
      expect(until(at, NIGHT, 'Africa/Casablanca') === 'send').toBe(!quiet);
    },
  );
});

describe('other windows', () => {
  it('holds inside a window of one day and not outside', () => {
    const noon = { from: '12:00', to: '14:30' };
    expect(until('2026-11-24T08:59:00Z', noon)).toBe('send');
    expect(until('2026-11-24T09:00:00Z', noon)).toBe('2026-11-24T11:30:00.000Z');
    expect(until('2026-11-24T11:30:00Z', noon)).toBe('send');
  });

  it('none, or one of no length, holds nothing', () => {
    expect(quietUntil(new Date(), null, 'Asia/Bahrain')).toBe(null);
    expect(until('2026-11-24T18:00:00Z', { from: '21:00', to: '21:00' })).toBe('send');
  });

  it('ends at the wall clock also in the night when the clock is put back or forward', () => {
    // London: 25 October 2026 02:00 BST becomes 01:00 GMT; 28 March 2027 01:00 GMT becomes 02:00 BST.
    expect(until('2026-10-24T22:00:00Z', NIGHT, 'Europe/London')).toBe('2026-10-25T07:00:00.000Z');
    expect(until('2027-03-27T22:00:00Z', NIGHT, 'Europe/London')).toBe('2027-03-28T06:00:00.000Z');
  });
});
