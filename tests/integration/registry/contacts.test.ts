import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../../services/shared/crypto/field.ts';
import { type Json, useRegistry } from './setup.ts';

const t = useRegistry();

describe('mobile numbers', () => {
  it('C01: digits of an Arabic keyboard and invisible marks become one ASCII number', async () => {
    const noor = await t.person();
    const spellings = [
      '٣٦٠٠١٢٣٤',
      '۳۶۰۰۱۲۳۴',
      '\u2068+973 3600 1234\u2069',
      '\u202a+97336001234\u202c',
      '3600\u200b1234',
    ];
    for (const address of spellings) {
      const answer = await noor.call('POST', '/me/contacts', { channel: 'sms', address });
      expect(answer).toMatchObject({ status: 202, body: { address: '+97336001234' } });
    }
    const { contacts } = (await noor.call('GET', '/me')).body;
    expect(contacts).toMatchObject([{ address: '+97336001234', state: 'unverified' }]);
    expect(Buffer.byteLength(contacts[0].address)).toBe(12);
    const stored = await t.ledger.subscribers.findOne({ 'contacts.id': contacts[0].id }).lean();
    expect(createSealer(t.ring).open(stored!.contacts[0]!.address, 'address')).toBe('+97336001234');
    const alef = await noor.call('POST', '/me/contacts', { channel: 'sms', address: '٣٦٠٠ا٢٣٤' });
    expect(alef).toMatchObject({ status: 422, body: { errors: [{ pointer: '/address', code: 'number_not_valid' }] } });
  });

  it('C02: one number in many spellings is one contact', async () => {
    const noor = await t.person();
    const ids = new Set<string>();
    for (const address of ['36001234', '+97336001234', '0097336001234', '973 3600 1234', '+973-3600-1234']) {
      await t.resetLimits();
      ids.add(await t.addSms(noor, address));
    }
    expect(ids.size).toBe(1);
    const saudi = await noor.call('POST', '/me/contacts', { channel: 'sms', address: '+9660501234567' });
    expect(saudi.body.address).toBe('+966501234567');
    for (const address of ['0501234567', '+00973 36001234'])
      expect((await noor.call('POST', '/me/contacts', { channel: 'sms', address })).status).toBe(422);
  });

  it('C29: premium-rate lines and countries not served are refused before anything is sent', async () => {
    const noor = await t.person();
    const before = t.published.length;
    const answers = [];
    for (const address of ['+97390123456', '+97317001234', '+447400123456'])
      answers.push((await noor.call('POST', '/me/contacts', { channel: 'sms', address })).body.errors[0].code);
    expect(answers).toEqual(['number_not_mobile', 'number_not_mobile', 'number_not_served']);
    expect(t.published.length).toBe(before);
    expect((await noor.call('GET', '/me')).body.code).toBe('not_registered');
  });
});

describe('email addresses', () => {
  it('C04: case and Arabic domains are folded, the plus tag stays, an Arabic local part is refused', async () => {
    const noor = await t.person();
    const add = async (address: string) =>
      (await noor.call('POST', '/me/contacts', { channel: 'email', address })).body;
    expect((await add('user@مثال.البحرين')).address).toBe('user@xn--mgbh0fb.xn--mgbcpq6gpa1a');
    expect((await add('noor+gov@example.bh')).address).toBe('noor+gov@example.bh');
    expect((await add('noor@example.bh')).id).toBe((await add('Noor@Example.BH')).id);
    expect((await add('مستخدم@example.bh')).errors).toMatchObject([
      { pointer: '/address', code: 'email_local_not_ascii' },
    ]);
  });
});

describe('contacts', () => {
  it('that are registered many times at once end as one, without a server error', async () => {
    const noor = await t.person();
    const spellings = ['36005500', '+97336005500', '٣٦٠٠٥٥٠٠', '0097336005500'];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        noor.call('POST', '/me/contacts', { channel: 'sms', address: spellings[i % 4] }),
      ),
    );
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(answers.filter(({ status }) => status === 202).length).toBe(5);
    const { contacts } = (await noor.call('GET', '/me')).body;
    expect(contacts).toHaveLength(1);
    expect(t.codesFor(contacts[0].id)).toHaveLength(1);
  });

  it('have one main on each channel, which only a verified one can be', async () => {
    const noor = await t.person();
    const first = await t.verified(noor, '+97336006101');
    const second = await t.verified(noor, '+97336006102');
    const third = await t.addSms(noor, '+97336006103');
    const mains = async () =>
      (await noor.call('GET', '/me')).body.contacts.filter((one: Json) => one.main).map((one: Json) => one.id);
    expect(await mains()).toEqual([first]);
    expect((await noor.call('PUT', `/me/contacts/${second}/main`)).status).toBe(200);
    expect(await mains()).toEqual([second]);
    expect((await noor.call('PUT', `/me/contacts/${third}/main`)).body.code).toBe('contact_not_verified');
    await noor.call('DELETE', `/me/contacts/${second}`);
    expect(await mains()).toEqual([first]);
  });

  it('go stale after 18 months and are fresh again when the person confirms them', async () => {
    const noor = await t.person();
    const id = await t.verified(noor, '+97336006201');
    const start = t.clock;
    t.clock = Date.parse('2028-06-01T00:00:00Z');
    const token = await noor.call('GET', '/me');
    expect(token.body).toMatchObject({ canBeNotified: false, contacts: [{ state: 'stale' }] });
    expect((await noor.call('POST', `/me/contacts/${id}/confirm`)).body.canBeNotified).toBe(true);
    t.clock = start;
  });

  it('of a browser are verified by possession, and their keys renewed', async () => {
    const noor = await t.person();
    const subscription = (fill: number) => ({
      endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/invented',
      expirationTime: null,
      keys: {
        p256dh: Buffer.concat([Buffer.from([4]), Buffer.alloc(64, fill)]).toString('base64url'),
        auth: Buffer.alloc(16, fill).toString('base64url'),
      },
    });
    const first = await noor.call('POST', '/me/contacts', { channel: 'push', subscription: subscription(1) });
    expect(first).toMatchObject({
      status: 200,
      body: { kind: 'webpush', state: 'verified', masked: 'browser', verification: null },
    });
    const second = await noor.call('POST', '/me/contacts', { channel: 'push', subscription: subscription(2) });
    expect(second.body.id).toBe(first.body.id);
    const stored = (await t.ledger.subscribers.findOne({ 'contacts.id': first.body.id }).lean())!.contacts;
    expect(stored).toHaveLength(1);
    const address = JSON.parse(createSealer(t.ring).open(stored[0]!.address, 'address'));
    expect(address.keys.auth).toBe(subscription(2).keys.auth);
    const inside = { ...subscription(1), endpoint: 'https://169.254.169.254/latest' };
    expect(
      (await noor.call('POST', '/me/contacts', { channel: 'push', subscription: inside })).body.errors,
    ).toMatchObject([{ pointer: '/subscription/endpoint', code: 'push_service_unknown' }]);
  });

  it('show in full to the person and masked to an officer', async () => {
    const noor = await t.person();
    await t.verified(noor, '+97336006301');
    const officer = await t.person({ subject: noor.subject, by: 'officer' });
    const [seen] = (await officer.call('GET', '/me')).body.contacts;
    expect(seen).toMatchObject({ masked: '*6301' });
    expect(seen).not.toHaveProperty('address');
  });

  it('are at most twenty', async () => {
    const noor = await t.person();
    const statuses = [];
    for (let i = 0; i < 21; i += 1) {
      const token = { platform: 'fcm', token: `invented-device-token-${t.people}-${i}` };
      statuses.push((await noor.call('POST', '/me/contacts', { channel: 'push', token })).status);
    }
    expect(statuses).toEqual([...Array(20).fill(200), 409]);
    const sms = await noor.call('POST', '/me/contacts', { channel: 'sms', address: t.mobile() });
    expect(sms.body).toMatchObject({ code: 'too_many_contacts', limit: 20 });
  });
});
