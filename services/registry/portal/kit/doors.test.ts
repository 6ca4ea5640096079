import { describe, expect, it } from '@jest/globals';
import { createDoors, safeNext } from './doors.ts';
import type { Visit } from './types.ts';

const NOW = new Date('2026-11-24T09:00:00Z');
const doors = createDoors({ stepUpSeconds: 900, sessionHours: 12 }, () => NOW);

type Person = { assurance: 'low' | 'substantial' | 'high'; provedAgo: number; beganAgo?: number };

function visit(person: Person | null, more: Partial<{ method: string; path: string; query: object }> = {}): Visit {
  const { method = 'GET', path = '/contacts', query = {} } = more;
  return {
    signedIn: person !== null,
    caller: person,
    session: person
      ? {
          person: {
            assurance: person.assurance,
            provedAt: NOW.getTime() - person.provedAgo * 1000,
            beganAt: NOW.getTime() - (person.beganAgo ?? 0) * 1000,
          },
        }
      : {},
    path,
    query,
    req: { method, body: { address: '3600 1234' } },
    context: { sealer: { seal: (text: string) => `sealed ${text}` } },
  } as unknown as Visit;
}

describe('doors', () => {
  it('lets everybody see an open page', () => expect(doors.check(visit(null), { open: true })).toBeNull());

  it('asks for a sign-in and knows the way back, query included', () => {
    expect(doors.check(visit(null, { path: '/inbox', query: { after: 'abc' } }), {})).toEqual({
      to: '/sign-in?next=%2Finbox%3Fafter%3Dabc',
    });
  });

  it('lets a weak sign-in look, and asks for a stronger one before a change', () => {
    const low = visit({ assurance: 'low', provedAgo: 10 });
    expect(doors.check(low, {})).toBeNull();
    expect(doors.check(low, { stepUp: true })).toEqual({ to: '/sign-in/stronger?next=%2Fcontacts' });
  });

  it.each([
    [900, null],
    [901, { to: '/sign-in/stronger?next=%2Fcontacts' }],
  ])('a strong sign-in of %d seconds ago', (provedAgo, move) => {
    expect(doors.check(visit({ assurance: 'substantial', provedAgo }), { stepUp: true })).toEqual(move);
  });

  it('keeps what was typed, sealed, when the stronger sign-in comes in between', () => {
    const posted = visit({ assurance: 'low', provedAgo: 10 }, { method: 'POST', path: '/contacts/add/mobile' });
    doors.check(posted, { stepUp: true, backTo: undefined });
    expect(posted.session.typed).toEqual({ path: '/contacts/add/mobile', fields: 'sealed {"address":"3600 1234"}' });
  });

  it('ends a session after its hours, however busy it was', () => {
    const old = visit({ assurance: 'high', provedAgo: 1, beganAgo: 12 * 3600 + 1 });
    expect(doors.check(old, {})).toEqual({ to: '/sign-in?next=%2Fcontacts' });
    expect(old.session.person).toBeUndefined();
  });
});

describe('the way back after a sign-in', () => {
  it.each(['/inbox', '/contacts/c_0123/verify', '/inbox?after=abc', '/sign-in/stronger'])('%s is ours', (next) =>
    expect(safeNext(next)).toBe(next),
  );

  it.each([
    undefined,
    '',
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/%2f%2fevil.example',
    '/inbox\r\nset-cookie: a=b',
    'javascript:alert(1)',
    `/${'a'.repeat(600)}`,
  ])('%j leads home instead', (next) => expect(safeNext(next)).toBe('/home'));
});
