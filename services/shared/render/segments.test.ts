import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { countSegments } from './segments.ts';

const CASES: [string, string, number][] = [
  ['70 Arabic letters', 'م'.repeat(70), 1],
  ['71 Arabic letters', 'م'.repeat(71), 2],
  ['134 Arabic letters', 'م'.repeat(134), 2],
  ['135 Arabic letters', 'م'.repeat(135), 3],
  ['160 Latin letters', 'a'.repeat(160), 1],
  ['161 Latin letters', 'a'.repeat(161), 2],
  ['80 brackets of two septets', '['.repeat(80), 1],
  ['81 brackets', '['.repeat(81), 2],
  ['brackets beside Arabic', `${'['.repeat(69)}م`, 1],
  ['one Arabic-Indic digit', `${'a'.repeat(159)}٣`, 3],
  ['one curly quote', `${'a'.repeat(100)}’`, 2],
];

describe('segments of an SMS', () => {
  it.each(CASES)('C06 counts %s', (_, text, segments) => {
    expect(countSegments(text).segments).toBe(segments);
  });

  it('agrees with the calculator of a carrier for any mix of alphabets', () => {
    const letter = fc.constantFrom(...'aZ 9@£\n[]€^{|~\\éÇمر٣،’"😀'.split(/(?:)/u));
    const text = fc.array(letter, { maxLength: 350 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(text, (value) => {
        const theirs = new SegmentedMessage(value);
        const ours = countSegments(value);
        expect([ours.encoding, ours.segments]).toEqual([theirs.encodingName, theirs.segmentsCount]);
      }),
    );
  });
});
