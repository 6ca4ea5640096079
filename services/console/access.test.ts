import { describe, expect, it } from '@jest/globals';
import { AccessError, createAccess, type May } from './access.ts';

describe('the table of routes and roles', () => {
  it.each([
    ['no rule', undefined],
    ['a rule that names nobody', []],
    ['a rule that names a role nobody has', ['emperor']],
    ['a word that is no rule', 'everybody'],
  ])('refuses a route with %s', (_what, may) => {
    expect(() => createAccess().add('GET', '/x', may as unknown as May)).toThrow(AccessError);
  });

  it('refuses a second rule for the same route', () => {
    const access = createAccess();
    access.add('GET', '/x', ['viewer']);
    access.add('POST', '/x', ['operator']);
    expect(() => access.add('GET', '/x', ['operator'])).toThrow('GET /x is there twice');
  });

  it('is closed to everybody where it says nothing', () => {
    const access = createAccess();
    expect(access.rule('GET', '/x')).toBeNull();
    expect(access.allows('GET', '/x', ['operator', 'approver'])).toBe(false);
  });

  it('lets in whoever has one of the roles, for the method that it names', () => {
    const access = createAccess();
    access.add('POST', '/x', ['operator', 'approver']);
    expect(access.allows('POST', '/x', ['viewer', 'approver'])).toBe(true);
    expect(access.allows('POST', '/x', ['viewer'])).toBe(false);
    expect(access.allows('GET', '/x', ['approver'])).toBe(false);
  });

  it('lets a HEAD in where a GET may', () => {
    const access = createAccess();
    access.add('GET', '/x', ['viewer']);
    expect(access.allows('HEAD', '/x', ['viewer'])).toBe(true);
  });
});
