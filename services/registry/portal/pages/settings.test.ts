import { describe, expect, it } from '@jest/globals';
import { clock } from './settings.ts';

describe('a time of day as people type it', () => {
  it.each([
    ['22:00', '22:00'],
    ['7:05', '07:05'],
    ['0705', '07:05'],
    ['22.30', '22:30'],
    [' ٢٢:٣٠ ', '22:30'],
    ['25:00', '25:00'],
    ['ten', 'ten'],
    ['', ''],
  ])('%j is read as %j', (typed, read) => expect(clock(typed)).toBe(read));
});
