import { describe, expect, it } from '@jest/globals';
import { invent } from '../../../shared/subject/invented.ts';
import { identify } from './identity.ts';

const NOW = new Date('2026-11-24T09:00:00Z');
const NAMES = { subjectClaim: 'sub', kindClaim: 'kind', roleClaim: 'role' };
const CPR = invent('cpr', 1);
const SAUDI = invent('sa', 4);

describe('who signed in', () => {
  it('is read from a whole subject', () => {
    expect(identify({ sub: CPR, acr: 'substantial', auth_time: 1_764_000_000 }, NAMES, NOW)).toEqual({
      subject: CPR,
      assurance: 'substantial',
      provedAt: 1_764_000_000_000,
    });
  });

  it('is read from a bare number, whose kind another claim names', () => {
    const number = SAUDI.split(':')[1];
    const names = { ...NAMES, subjectClaim: 'national_number' };
    expect(identify({ sub: 'x', national_number: number, kind: 'sa' }, names, NOW)?.subject).toBe(SAUDI);
    expect(identify({ sub: 'x', national_number: CPR.split(':')[1] }, names, NOW)?.subject).toBe(CPR);
  });

  it.each([
    ['desk', true],
    [['clerk', 'desk'], true],
    ['clerk', undefined],
    [undefined, undefined],
    [{ desk: 1 }, undefined],
  ])('is a desk officer by the role %j: %j', (role, desk) =>
    expect(identify({ sub: CPR, role }, NAMES, NOW)?.desk).toBe(desk),
  );

  it('is a desk officer by the claim that the deployment names', () => {
    const names = { ...NAMES, roleClaim: 'https://ekey.example/roles' };
    expect(identify({ sub: CPR, 'https://ekey.example/roles': ['desk'] }, names, NOW)?.desk).toBe(true);
    expect(identify({ sub: CPR, role: 'desk' }, names, NOW)?.desk).toBeUndefined();
  });

  it.each([undefined, 'urn:whatever', 'HIGH', 3])('counts acr %j as low', (acr) =>
    expect(identify({ sub: CPR, acr }, NAMES, NOW)?.assurance).toBe('low'),
  );

  it('takes the moment of the answer where the provider names none', () =>
    expect(identify({ sub: CPR }, NAMES, NOW)?.provedAt).toBe(NOW.getTime()));

  it.each([
    {},
    { sub: '' },
    { sub: 'cpr:123' },
    { sub: 'audience:all' },
    { sub: 'simulator:delivered' },
    { sub: { $ne: 1 } },
  ])('is nobody for %j', (claims) => expect(identify(claims, NAMES, NOW)).toBeNull());
});
