import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { build, createVerp, parse } from './verp.ts';

const id = `d_${'0123456789abcdef'.repeat(2)}`;

describe('VERP address', () => {
  it('names the delivery in the local part', () => {
    expect(build(id, 'bounce.example.org')).toBe('bounce+d_0123456789abcdef0123456789abcdef@bounce.example.org');
  });

  it('is read whatever the case a server on the way gave it', () => {
    expect(parse(`BOUNCE+D_${'0123456789ABCDEF'.repeat(2)}@Bounce.Example.ORG`)).toBe(id);
  });

  it('is ours only at our domain when the domain is given', () => {
    const { parse: ours } = createVerp('bounce.example.org');
    expect(ours(`bounce+${id}@bounce.example.org`)).toBe(id);
    expect(ours(`bounce+${id}@bounce.example.com`)).toBeNull();
  });

  it.each(['', '@', 'bounce@example.org', `bounce+${id}`, `bounce+${id}0@example.org`, `x-bounce+${id}@example.org`])(
    'is not read out of %j',
    (address) => expect(parse(address)).toBeNull(),
  );

  it('is not built from anything but a delivery id', () => {
    expect(() => build('n_0123', 'example.org')).toThrow('not a delivery id');
  });

  it('never throws on what comes in', () => {
    fc.assert(fc.property(fc.string(), (text) => parse(text) === null));
  });
});
