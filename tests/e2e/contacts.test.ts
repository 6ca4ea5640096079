import { afterAll, describe, expect, it } from '@jest/globals';
import { arrivedOf, eventOf, eventually, outcomeOf, publish } from '../support/e2e/notices.ts';
import { codesAt, stranger, verify } from '../support/e2e/people.ts';
import { useStage } from '../support/e2e/stage.ts';
import { tapWire, type WireTap } from '../support/e2e/wire-tap.ts';

let relay: WireTap;
const stage = useStage({
  async around({ smtpUrl }) {
    const { hostname, port } = new URL(smtpUrl);
    relay = await tapWire({ host: hostname, port: Number(port) });
    return { SMTP_URL: `smtp://127.0.0.1:${relay.port}` };
  },
});
afterAll(() => relay?.stop());

describe('a telephone number', () => {
  const spellings = {
    'Arabic-Indic digits': '٣٦٠٠١٢٣٤',
    'Persian digits': '۳۶۰۰۱۲۳۴',
    'isolates around it': '\u2068+973 3600 1234\u2069',
    'an embedding around it': '\u202a+97336001234\u202c',
    'a zero-width space in it': '3600\u200b1234',
  };

  it.each(Object.entries(spellings))('C01: typed with %s is stored and sent as 12 ASCII bytes', async (_, typed) => {
    const who = await stranger(stage);
    await verify(stage, who, 'sms', typed, '+97336001234');
    const { body } = await who.call('GET', '/me/contacts');
    expect(Buffer.from(body.contacts[0].address)).toEqual(Buffer.from('+97336001234', 'ascii'));

    const id = await publish(stage, eventOf('health-appointment-confirmed', who.subject));
    await outcomeOf(stage, id);
    const sent = arrivedOf(stage, id).sms.map(({ to }) => [...Buffer.from(to)]);
    expect(sent).toEqual([[0x2b, 0x39, 0x37, 0x33, 0x33, 0x36, 0x30, 0x30, 0x31, 0x32, 0x33, 0x34]]);
  });

  it('C01: with the letter Alef in place of the digit one is refused', async () => {
    const who = await stranger(stage);
    expect((await who.call('POST', '/me/contacts', { channel: 'sms', address: '٣٦٠٠ا٢٣٤' })).status).toBe(422);
  });

  it('C02: is one contact in all its spellings, and an opt-out by one holds for all', async () => {
    const who = await stranger(stage);
    const ids: string[] = [];
    for (const address of ['36001235', '+97336001235', '0097336001235', '973 3600 1235', '+973-3600-1235']) {
      ids.push((await who.call('POST', '/me/contacts', { channel: 'sms', address })).body.id);
    }
    expect(new Set(ids).size).toBe(1);
    const code = await eventually('the code', () => codesAt(stage, 'sms', '+97336001235')[0]);
    await who.call('POST', `/me/contacts/${ids[2]}/verify`, { code });
    expect((await who.call('GET', '/me/contacts')).body.contacts).toHaveLength(1);

    const optOut = { entity: 'health', category: '*', channel: 'sms', allow: false };
    await who.call('PUT', '/me/preferences', { preferences: [optOut] });
    const id = await publish(stage, eventOf('health-appointment-confirmed', who.subject));
    expect(await outcomeOf(stage, id)).toMatchObject({ status: 'not_reached', reason: 'opted_out' });
    expect(arrivedOf(stage, id).sms).toEqual([]);
  });

  it('C02: loses a trunk zero behind its country, and is refused without a country', async () => {
    const who = await stranger(stage);
    const saudi = await who.call('POST', '/me/contacts', { channel: 'sms', address: '+9660501234567' });
    expect(saudi.body.address).toBe('+966501234567');
    await eventually('the code', () => codesAt(stage, 'sms', '+966501234567')[0]);
    for (const address of ['0501234567', '+00973 36001234']) {
      expect((await who.call('POST', '/me/contacts', { channel: 'sms', address })).status).toBe(422);
    }
  });
});

describe('a mail address', () => {
  const shown = { 'user@xn--mgbh0fb.xn--mgbcpq6gpa1a': 'user@مثال.البحرين' } as Record<string, string>;

  it.each([
    ['user@مثال.البحرين', 'user@xn--mgbh0fb.xn--mgbcpq6gpa1a'],
    ['noor+gov@example.bh', 'noor+gov@example.bh'],
  ])('C04: %s is the RCPT %s on the wire', async (typed, recipient) => {
    const who = await stranger(stage);
    await verify(stage, who, 'email', typed, shown[recipient] ?? recipient);
    const id = await publish(stage, eventOf('health-appointment-confirmed', who.subject));
    await outcomeOf(stage, id);
    expect(arrivedOf(stage, id).mail).toHaveLength(1);
    const commands = relay
      .seen()
      .toString('latin1')
      .match(/^RCPT TO:<[^>]*>/gm);
    expect(commands?.slice(-2)).toEqual(Array(2).fill(`RCPT TO:<${recipient}>`));
  });

  it('C04: with an Arabic local part is refused while the relay takes none, and never becomes xn--', async () => {
    const who = await stranger(stage);
    const answer = await who.call('POST', '/me/contacts', { channel: 'email', address: 'مستخدم@example.bh' });
    expect([answer.status, answer.body.errors[0].code]).toEqual([422, 'email_local_not_ascii']);
    expect(relay.seen().toString('latin1')).not.toMatch(/RCPT TO:<xn--/);
  });

  it('C04: is the same contact in another case', async () => {
    const who = await stranger(stage);
    const [lower, mixed] = [
      await who.call('POST', '/me/contacts', { channel: 'email', address: 'noor@example.bh' }),
      await who.call('POST', '/me/contacts', { channel: 'email', address: 'Noor@Example.BH' }),
    ];
    expect(mixed.body.id).toBe(lower.body.id);
  });
});
