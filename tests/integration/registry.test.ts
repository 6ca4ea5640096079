import { describe, expect, it } from '@jest/globals';
import { createLocalIssuer } from '../../services/registry/local-issuer.ts';
import { type Json, MINUTE, useRegistry } from './registry/setup.ts';

const t = useRegistry();

describe('registering', () => {
  it('keeps no national number and no address in clear text', async () => {
    const noor = await t.person();
    const before = await t.counted('registrations', 'registered');
    const answer = await noor.call('PUT', '/me', { language: 'en', quietHours: { from: '22:00', to: '06:00' } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ language: 'en', timeZone: 'Asia/Bahrain', canBeNotified: false, contacts: [] });
    const id = await t.verified(noor, '+97336007777');
    await noor.call('POST', '/me/contacts', { channel: 'email', address: 'noor.raw@example.com' });
    const raw = await t.rawDatabase();
    const secrets = [noor.subject, noor.subject.slice(4), '36007777', 'noor.raw', ...t.codesFor(id)];
    for (const secret of secrets) expect(raw).not.toContain(secret);
    expect(raw).toContain(id);
    expect(await t.counted('registrations', 'registered')).toBe(before + 1);
    expect((await noor.call('GET', '/me')).body.canBeNotified).toBe(true);
  });

  it('says all faults at once, with a pointer to each, in the language of the caller', async () => {
    const answer = await (await t.person()).call(
      'PUT',
      '/me',
      {
        language: 'fr',
        timeZone: '+03:00',
        quietHours: { from: '25:00', to: '06:00' },
        languageByChannel: { sms: 'de' },
      },
      { 'accept-language': 'ar' },
    );
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body.errors.map(({ pointer, code }: Json) => `${pointer} ${code}`)).toEqual([
      '/language not_a_choice',
      '/timeZone time_zone_unknown',
      '/quietHours/from clock_time',
      '/languageByChannel/sms not_a_choice',
    ]);
    expect(answer.body.title).toBe('يحتوي الطلب على أخطاء.');
  });

  it('is changed by a second PUT, which leaves alone what it does not name', async () => {
    const noor = await t.person();
    await noor.call('PUT', '/me', { language: 'en', languageByChannel: { email: 'ar' } });
    const answer = await noor.call('PUT', '/me', { timeZone: 'Africa/Casablanca' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      language: 'en',
      languageByChannel: { email: 'ar' },
      timeZone: 'Africa/Casablanca',
    });
  });
});

describe('sign-in', () => {
  it('is asked for, and must be strong enough', async () => {
    const nobody = await t.call('GET', '/me');
    expect(nobody).toMatchObject({ status: 401, body: { code: 'not_signed_in' } });
    expect(nobody.headers.get('www-authenticate')).toBe('Bearer');
    const stranger = await createLocalIssuer();
    const forged = await stranger.mint({ subject: 'cpr:900100001' });
    expect((await t.call('GET', '/me', undefined, { authorization: `Bearer ${forged}` })).status).toBe(401);
    const late = await t.issuer.mint({ subject: 'cpr:900100001' }, -60);
    expect((await t.call('GET', '/me', undefined, { authorization: `Bearer ${late}` })).status).toBe(401);
    expect((await (await t.person({ assurance: 'low' })).call('GET', '/me')).body.code).toBe('assurance_too_low');
    expect((await (await t.person({ subject: 'audience:everybody' })).call('GET', '/me')).status).toBe(401);
  });
});

describe('query operators', () => {
  it('C38: an object, a list or a repeated parameter in place of text is a 400, and nothing happens', async () => {
    const noor = await t.person();
    const id = await t.addSms(noor);
    const before = t.published.length;
    const tries: [string, string, unknown?][] = [
      ['GET', '/me/contacts?phone[$ne]=x'],
      ['GET', '/me?email[$regex]=.*'],
      ['GET', '/me/notifications?after[$ne]=x'],
      ['GET', '/me/notifications?limit=1&limit=2'],
      ['GET', '/me/notifications?phone=a&phone=b'],
      ['POST', `/me/contacts/${id}/verify`, { code: { $gt: '' } }],
      ['POST', `/me/contacts/${id}/verify`, { phone: '+97336001234', code: '123456' }],
      ['POST', `/me/contacts/${id}/verify`, ['123456']],
      ['POST', '/me/contacts', { channel: 'sms', address: { $ne: '' } }],
      ['POST', '/me/contacts', { channel: { $ne: 'push' }, address: '36001234' }],
      ['POST', '/me/contacts', { channel: 'push', token: { platform: 'fcm', token: 'x' }, address: { $gt: '' } }],
      ['PUT', '/me', { language: { $ne: 'ar' } }],
      ['PUT', '/me', { $set: { subject: 'x' } }],
      ['PUT', '/me', { quietHours: { from: { $gt: '' }, to: '06:00' } }],
      ['PUT', '/me/preferences', { preferences: [{ entity: { $ne: '' }, category: '*', channel: '*', allow: true }] }],
      ['PUT', '/me/preferences', { preferences: { $ne: [] } }],
    ];
    for (const [method, path, body] of tries) {
      const answer = await noor.call(method, path, body);
      expect([path, JSON.stringify(body), answer.status]).toEqual([path, JSON.stringify(body), 400]);
    }
    expect((await noor.call('GET', '/me')).body.contacts[0].state).toBe('unverified');
    expect(t.published.length).toBe(before);
    expect((await noor.call('POST', '/me/contacts/%7B%22$ne%22:1%7D/verify', { code: '123456' })).status).toBe(404);
  });
});

describe('the sweep', () => {
  it('removes codes a day after their last use, and counters that are over', async () => {
    const noor = await t.person();
    const id = await t.addSms(noor);
    const codes = t.ledger.connection.collection<{ _id: string }>('codes');
    await t.registry.sweep();
    expect(await codes.findOne({ _id: id })).not.toBeNull();
    t.clock += 25 * 60 * MINUTE;
    expect(await t.registry.sweep()).toBeGreaterThan(0);
    expect(await codes.findOne({ _id: id })).toBeNull();
  });
});
