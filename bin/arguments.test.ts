import { describe, expect, it } from '@jest/globals';
import { because, ids, moment, wholeNumber } from './arguments.ts';
import { columns, progressLine } from './io.ts';

const NOW = new Date('2026-11-24T09:00:00Z');

describe('moment', () => {
  it.each([
    ['90s', '2026-11-24T08:58:30.000Z'],
    ['30m', '2026-11-24T08:30:00.000Z'],
    ['2h', '2026-11-24T07:00:00.000Z'],
    ['3d', '2026-11-21T09:00:00.000Z'],
    ['2026-11-24T09:00:00+03:00', '2026-11-24T06:00:00.000Z'],
    ['2026-11-24T06:00Z', '2026-11-24T06:00:00.000Z'],
    ['2026-11-24T06:00:00.123Z', '2026-11-24T06:00:00.123Z'],
  ])('reads %s', (text, expected) => {
    expect(moment(text, NOW).toISOString()).toBe(expected);
  });

  it.each(['2026-11-24', '2026-11-24T09:00:00', 'yesterday', '', '-2h', '2026-13-01T00:00Z', '1764000000'])(
    'refuses %p, whose zone or meaning is a guess',
    (text) => {
      expect(() => moment(text, NOW)).toThrow(/2h/);
    },
  );
});

describe('other arguments', () => {
  it('takes whole numbers from a minimum on', () => {
    expect(wholeNumber(1)('40000')).toBe(40_000);
    for (const text of ['0', '-1', '1.5', '1e3', '٣', '']) expect(() => wholeNumber(1)(text)).toThrow();
  });

  it('gathers ids over repeated options and refuses those of another kind', () => {
    const read = ids(/^d_[0-9a-f]{2}$/, 'd_..');
    expect(read('d_0b', read('d_0a'))).toEqual(['d_0a', 'd_0b']);
    expect(() => read('n_0a')).toThrow(/d_/);
  });

  it('wants a reason that says something', () => {
    expect(because('  provider was down ')).toBe('provider was down');
    expect(() => because('  x      ')).toThrow();
  });
});

describe('talk', () => {
  it('lines columns up', () => {
    expect(
      columns([
        ['a', 'bcd', 'e'],
        ['fgh', 'i', 'jk'],
      ]),
    ).toBe('a    bcd  e\nfgh  i    jk\n');
  });

  it('counts up on one line only while somebody watches', () => {
    const heard = (watched: boolean) => {
      let text = '';
      const err = (more: string) => {
        text += more;
      };
      const io = { err, watched };
      const line = progressLine(io as never, 'looked at');
      line.at(1_000);
      line.at(2_000);
      line.end();
      return text;
    };
    expect(heard(false)).toBe('looked at 2000, done\n');
    expect(heard(true)).toBe('\rlooked at 1000\rlooked at 2000\rlooked at 2000, done\n');
  });
});
