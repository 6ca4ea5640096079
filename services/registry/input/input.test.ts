import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadCatalogue } from '../../shared/catalogue.ts';
import type { Result } from '../result.ts';
import { REGISTRY_DEFAULTS } from '../settings.ts';
import { readCode } from './code.ts';
import { readContact } from './contact.ts';
import { readPage, writeCursor } from './page.ts';
import { readPreferences } from './preferences.ts';
import { readProfile } from './profile.ts';

const faults = (result: Result<unknown>): string[] =>
  result.ok ? [] : (result.faults ?? []).map(({ pointer, code }) => `${pointer} ${code}`);

describe('a typed code', () => {
  it.each([
    ['314159', '314159'],
    ['٣١٤ ١٥٩', '314159'],
    ['314-159', '314159'],
    [' \u20683 1 4 1 5 9\u2069\n', '314159'],
    ['۳۱۴۱۵۹', '314159'],
  ])('%j is read as %s', (code, expected) => {
    expect(readCode({ code })).toEqual({ ok: true, value: expected });
  });

  it.each([
    [{ code: '31415' }, '/code code_format'],
    [{ code: '3141590' }, '/code code_format'],
    [{ code: '31415a' }, '/code code_format'],
    [{ code: 314159 }, '/code wrong_type'],
    [{ code: { $gt: '' } }, '/code wrong_type'],
    [{ code: ['314159'] }, '/code wrong_type'],
    [{}, '/code missing'],
    [null, ' wrong_type'],
    [{ code: '314159', 'a/b~c': 1 }, '/a~1b~0c unknown_member'],
  ])('C38: %j is refused: %s', (body, expected) => {
    expect(faults(readCode(body))).toEqual([expected]);
  });
});

describe('a profile', () => {
  it('takes time zones by name, and quiet hours across midnight', () => {
    const body = { timeZone: 'America/Argentina/Buenos_Aires', quietHours: { from: '21:00', to: '07:00' } };
    expect(readProfile(body)).toEqual({ ok: true, value: body });
    expect(readProfile({ quietHours: null, timeZone: 'UTC' }).ok).toBe(true);
    expect(readProfile({ area: 'muharraq' })).toEqual({ ok: true, value: { area: 'muharraq' } });
    expect(readProfile({ area: null })).toEqual({ ok: true, value: { area: null } });
  });

  it.each([
    [{ timeZone: 'Asia/Nowhere' }, ['/timeZone time_zone_unknown']],
    [{ timeZone: '+03:00' }, ['/timeZone time_zone_unknown']],
    [{ timeZone: 3 }, ['/timeZone wrong_type']],
    [{ area: 'riffa' }, ['/area not_a_choice']],
    [{ quietHours: { from: '7:00', to: '24:00' } }, ['/quietHours/from clock_time', '/quietHours/to clock_time']],
    [{ quietHours: { from: '07:00', to: '07:00' } }, ['/quietHours quiet_hours_empty']],
    [{ quietHours: '21:00' }, ['/quietHours wrong_type']],
    [{ quietHours: { from: '21:00' } }, ['/quietHours/to missing']],
    [{ languageByChannel: { fax: 'ar' } }, ['/languageByChannel/fax unknown_member']],
    [{ languageByChannel: null }, ['/languageByChannel wrong_type']],
    [[], [' wrong_type']],
  ])('%j is refused: %j', (body, expected) => {
    expect(faults(readProfile(body))).toEqual(expected);
  });
});

describe('a contact', () => {
  it.each([
    [{ channel: 'fax', address: 'x' }, ['/channel not_a_choice']],
    [{ channel: 'sms' }, ['/address missing']],
    [{ channel: 'push' }, ['/subscription missing']],
    [{ channel: 'push', address: '36001234' }, ['/address unknown_member', '/subscription missing']],
    [{ channel: 'sms', address: '36001234', token: {} }, ['/token unknown_member']],
    [{ channel: 'push', subscription: 'x' }, ['/subscription wrong_type']],
    [{ channel: 'push', token: [] }, ['/token wrong_type']],
    [{ channel: 'push', token: { platform: 'fcm' } }, ['/token/token push_token_not_valid']],
    [{}, ['/channel missing', '/address missing']],
    ['x', [' wrong_type']],
  ])('%j is refused: %j', (body, expected) => {
    expect(faults(readContact(body, REGISTRY_DEFAULTS))).toEqual(expected);
  });
});

describe('preferences', () => {
  it('are at most two hundred', () => {
    const preferences = Array.from({ length: 201 }, () => ({}));
    expect(faults(readPreferences({ preferences }, loadCatalogue()))).toEqual(['/preferences too_many']);
  });
});

describe('a page of the inbox', () => {
  it('starts where the cursor says', () => {
    const id = `n_${'0a'.repeat(16)}`;
    const at = new Date('2026-11-24T09:00:00.123Z');
    expect(readPage({ after: writeCursor(at, id), limit: '100' })).toEqual({
      ok: true,
      value: { limit: 100, after: { at, id } },
    });
  });

  it.each([
    [{ limit: '0' }, '?limit not_a_choice'],
    [{ limit: '101' }, '?limit not_a_choice'],
    [{ limit: '1.5' }, '?limit not_a_choice'],
    [{ after: 'eyJhIjoxfQ' }, '?after not_a_choice'],
    [{ after: ['a', 'b'] }, '?after wrong_type'],
    [{ 'after[$ne]': 'x' }, '?after[$ne] unknown_member'],
  ])('C38: %j is refused: %s', (query, expected) => {
    expect(faults(readPage(query))).toEqual([expected]);
  });
});

describe('anything at all', () => {
  it('is answered with a value or with faults, never with an exception', () => {
    const catalogue = loadCatalogue();
    const shape = fc.oneof(
      fc.anything(),
      fc.dictionary(
        fc.constantFrom('channel', 'address', 'subscription', 'token', 'preferences', 'code'),
        fc.anything(),
      ),
      fc.record({ preferences: fc.array(fc.anything()) }),
    );
    fc.assert(
      fc.property(shape, (body) => {
        for (const read of [
          readCode(body),
          readProfile(body),
          readContact(body, REGISTRY_DEFAULTS),
          readPreferences(body, catalogue),
        ])
          expect(read.ok || (read.faults ?? []).length > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
