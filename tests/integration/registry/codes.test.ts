import { describe, expect, it } from '@jest/globals';
import { CODE, MINUTE, useRegistry, wrong } from './setup.ts';

const t = useRegistry();

describe('one-time codes', () => {
  it('prove a contact, typed in any digits', async () => {
    const noor = await t.person();
    const before = await t.counted('codes', 'right');
    const added = await noor.call('POST', '/me/contacts', { channel: 'sms', address: t.mobile() });
    expect(added.body.verification).toEqual({ lifeSeconds: 600, resendAfterSeconds: 60, guesses: 5 });
    const { id } = added.body;
    expect(added.headers.get('location')).toBe(`/v1/me/contacts/${id}`);
    const event = t.published.at(-1)!;
    expect(event).toMatchObject({
      source: '/notifyme',
      type: CODE,
      subject: noor.subject,
      expirytime: new Date(t.clock + 10 * MINUTE).toISOString(),
      data: { contactId: id, host: 'notifyme.bh.example' },
    });
    expect(t.catalogue.type(CODE)!.validateData(event.data)).toEqual([]);
    const code = t.codesFor(id).at(-1)!;
    const typed = code.replace(/[0-9]/g, (digit) => String.fromCodePoint(0x0660 + Number(digit)));
    const answer = await noor.call('POST', `/me/contacts/${id}/verify`, {
      code: `${typed.slice(0, 3)} -${typed.slice(3)} `,
    });
    expect(answer).toMatchObject({ status: 200, body: { state: 'verified', main: true } });
    const stored = (await t.ledger.subscribers.findOne({ 'contacts.id': id }).lean())!.contacts[0]!;
    expect(stored).toMatchObject({
      state: 'verified',
      reason: null,
      verifiedAt: new Date(t.clock),
      confirmedAt: new Date(t.clock),
    });
    expect(await t.counted('codes', 'right')).toBe(before + 1);
  });

  it('C28: the guess limit survives a new code, and then even the right one is refused', async () => {
    const noor = await t.person();
    const id = await t.addSms(noor);
    const guess = (code: string) => noor.call('POST', `/me/contacts/${id}/verify`, { code });
    const first = t.codesFor(id)[0]!;
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push((await guess(wrong(first))).body.code);
    t.clock += 61_000;
    expect((await noor.call('POST', `/me/contacts/${id}/code`)).status).toBe(202);
    const second = t.codesFor(id)[1]!;
    for (let i = 0; i < 3; i += 1)
      answers.push((await guess(wrong(second) === first ? wrong(wrong(second)) : wrong(second))).body.code);
    expect(answers).toEqual([...Array(5).fill('code_incorrect'), 'code_locked']);
    const right = await guess(second);
    expect(right).toMatchObject({ status: 429, body: { code: 'code_locked', retryable: true } });
    expect(Number(right.headers.get('retry-after'))).toBe(900);
    expect((await noor.call('POST', `/me/contacts/${id}/code`)).body.code).toBe('code_locked');
    expect((await noor.call('GET', '/me')).body.contacts[0].state).toBe('unverified');
    t.clock += 15 * MINUTE;
    expect((await noor.call('POST', `/me/contacts/${id}/code`)).status).toBe(202);
    expect((await guess(t.codesFor(id).at(-1)!)).status).toBe(200);
  });

  it('C28: removing and adding the contact again brings no new guesses', async () => {
    const noor = await t.person();
    const address = t.mobile();
    const id = await t.addSms(noor, address);
    for (let i = 0; i < 5; i += 1)
      await noor.call('POST', `/me/contacts/${id}/verify`, { code: wrong(t.codesFor(id)[0]!) });
    await noor.call('DELETE', `/me/contacts/${id}`);
    const again = await noor.call('POST', '/me/contacts', { channel: 'sms', address });
    expect(again).toMatchObject({ status: 429, body: { code: 'code_locked' } });
  });

  it('C28: a code works once, also when two use it at the same time', async () => {
    const noor = await t.person();
    const id = await t.addSms(noor);
    const code = t.codesFor(id)[0]!;
    const verify = () => noor.call('POST', `/me/contacts/${id}/verify`, { code });
    const statuses = (await Promise.all([verify(), verify(), verify()])).map(({ status }) => status).sort();
    expect(statuses.filter((status) => status === 200)).toEqual([200]);
    expect((await verify()).body.code).toBe('contact_verified');
    expect((await noor.call('POST', `/me/contacts/${id}/code`)).body.code).toBe('contact_verified');
    await noor.call('DELETE', `/me/contacts/${id}`);
    const address = t.mobile();
    const other = await t.addSms(noor, address);
    expect((await noor.call('POST', `/me/contacts/${other}/verify`, { code })).status).toBeGreaterThanOrEqual(400);
  });

  it('C28: of thirty guesses at once at most five are looked at', async () => {
    const noor = await t.person();
    const id = await t.addSms(noor);
    const code = wrong(t.codesFor(id)[0]!);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => noor.call('POST', `/me/contacts/${id}/verify`, { code })),
    );
    const codes = answers.map(({ body }) => body.code);
    expect(codes.filter((one) => one === 'code_incorrect')).toHaveLength(5);
    expect(codes.filter((one) => one === 'code_locked')).toHaveLength(25);
  });

  it('C28: a code that has expired is refused, said to be so for two hours, and a fresh one comes', async () => {
    const noor = await t.person();
    const id = await t.addSms(noor);
    const code = t.codesFor(id)[0]!;
    const verify = (text: string) => noor.call('POST', `/me/contacts/${id}/verify`, { code: text });
    t.clock += 10 * MINUTE;
    expect(await verify(code)).toMatchObject({ status: 422, body: { code: 'code_expired', freshSent: true } });
    expect(t.codesFor(id)).toHaveLength(2);
    t.clock += 120 * MINUTE;
    expect((await verify(code)).body.code).toBe('code_incorrect');
  });

  it('are not sent again within a minute; the first stays good beside the second for its own time', async () => {
    const noor = await t.person();
    const id = await t.addSms(noor);
    t.clock += 59_000;
    const soon = await noor.call('POST', `/me/contacts/${id}/code`);
    expect(soon).toMatchObject({ status: 429, body: { code: 'code_too_soon' } });
    expect(soon.headers.get('retry-after')).toBe('1');
    t.clock += 1000;
    expect((await noor.call('POST', `/me/contacts/${id}/code`)).status).toBe(202);
    expect(t.codesFor(id)).toHaveLength(2);
    t.clock += 8.9 * MINUTE;
    expect((await noor.call('POST', `/me/contacts/${id}/verify`, { code: t.codesFor(id)[0] })).status).toBe(200);
  });

  it('may be asked for again at once when the broker did not take the last one', async () => {
    const noor = await t.person();
    t.brokerDown = true;
    const failed = await noor.call('POST', '/me/contacts', { channel: 'sms', address: t.mobile() });
    t.brokerDown = false;
    expect(failed).toMatchObject({ status: 503, body: { code: 'code_not_sent', retryable: true } });
    const id = await t.addSms(noor);
    expect(t.codesFor(id)).toHaveLength(1);
  });
});
