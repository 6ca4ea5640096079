import { describe, expect, it } from '@jest/globals';
import { keptPointer } from './kept-pointer.ts';

const dataSchema = {
  type: 'object',
  properties: { clinic: { type: 'object', properties: { floors: { type: 'array' } } } },
};

describe('where a fault is, as it is kept', () => {
  it.each([
    ['/subject', '/subject'],
    ['/data/clinic/floors/12', '/data/clinic/floors/12'],
    ['', ''],
  ])('names what a schema names: %s', (pointer, kept) => {
    expect(keptPointer(pointer, dataSchema)).toBe(kept);
  });

  it.each([
    ['/data/Noor Example', '/data/*'],
    ['/data/900100001', '/data/*'],
    ['/noor', '/*'],
    ['/data/clinic/a~1b', '/data/clinic/*'],
  ])('does not keep the words of whoever wrote %s', (pointer, kept) => {
    expect(keptPointer(pointer, dataSchema)).toBe(kept);
  });

  it('knows no data of a type that nobody knows', () => {
    expect(keptPointer('/data/clinic', undefined)).toBe('/data/*');
  });
});
