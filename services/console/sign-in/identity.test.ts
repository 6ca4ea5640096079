import { describe, expect, it } from '@jest/globals';
import { identify } from './identity.ts';
import { safeNext } from './routes.ts';

const NAMES = { acr: 'substantial', rolesClaim: 'roles', entityClaim: 'entity' };
const blind = { subscriberId: (subject: string) => `blind of ${subject}` };
const who = (claims: Record<string, unknown>) =>
  identify({ sub: 'noor@work.example', acr: 'substantial', ...claims }, NAMES, blind);

describe('who signed in', () => {
  it('has the roles that the claim names and the console knows', () => {
    expect(who({ roles: ['operator', 'emperor', 'viewer'], name: 'Noor' })).toEqual({
      id: 'noor@work.example',
      name: 'Noor',
      roles: ['viewer', 'operator'],
      entity: null,
    });
  });

  it('may have them in one text', () =>
    expect(who({ roles: 'operator approver' })?.roles).toEqual(['operator', 'approver']));

  it.each([
    ['no role', {}],
    ['only a role of somewhere else', { roles: ['citizen'] }],
    ['no name to write acts under', { sub: undefined, roles: ['viewer'] }],
    ['a sign-in that was too weak', { acr: 'low', roles: ['operator'] }],
    ['a sign-in that does not say how strong it was', { acr: undefined, roles: ['operator'] }],
    ['an entity to administrate that is not named', { roles: ['entity_admin'] }],
    ['an entity whose name is none', { roles: ['entity_admin'], entity: { $ne: '' } }],
  ])('is nobody with %s', (_what, claims) => expect(who(claims)).toBeNull());

  it('is bound to an entity only as its administrator', () => {
    expect(who({ roles: ['entity_admin'], entity: 'sijilat' })?.entity).toBe('sijilat');
    expect(who({ roles: ['operator'], entity: 'sijilat' })?.entity).toBeNull();
  });

  it('writes acts under a blind index where the name is a national number', () => {
    expect(who({ sub: 'cpr:900100001', roles: ['viewer'] })).toMatchObject({
      id: 'blind of cpr:900100001',
      name: 'blind of cpr:900100001',
    });
  });
});

describe('the way back after a sign-in', () => {
  it.each(['/search', '/replay/r_1/progress', '/search?entity=sijilat&status=failed'])('%s is ours', (next) =>
    expect(safeNext(next)).toBe(next),
  );
  it.each([
    undefined,
    '',
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/a\r\nb',
    `/${'a'.repeat(600)}`,
  ])('%j leads to the overview instead', (next) => expect(safeNext(next)).toBe('/'));
});
