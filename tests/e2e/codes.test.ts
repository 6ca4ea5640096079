import { describe, expect, it } from '@jest/globals';
import { ask, type Json } from '../support/e2e/ask.ts';
import { eventually } from '../support/e2e/notices.ts';
import { codesAt, type Person, person, stranger } from '../support/e2e/people.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage();

/** Adds a mobile number; gives the contact's id and a way to guess its code. */
async function added(who: Person) {
  const { body } = await who.call('POST', '/me/contacts', { channel: 'sms', address: who.mobile });
  const codes = (count: number) =>
    eventually(`${count} codes`, () => {
      const found = codesAt(stage, 'sms', who.mobile);
      return found.length >= count ? found : null;
    });
  const guess = async (code: unknown) => (await who.call('POST', `/me/contacts/${body.id}/verify`, { code })).status;
  return { id: body.id as string, codes, guess };
}

/** Codes that are not this one. */
const wrong = (code: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => String((Number(code) + 1 + n) % 1_000_000).padStart(6, '0'));

/** As if this many seconds had gone by since the last code was sent. */
const letPass = async (contactId: string, seconds: number) => {
  const codes = stage.runtime.ledger.connection.collection<Json>('codes');
  const found = await codes.findOne({ _id: contactId });
  const earlier = (at: Date) => new Date(at.getTime() - seconds * 1000);
  const changed = found.codes.map((one: Json) => ({ ...one, expiresAt: earlier(one.expiresAt) }));
  await codes.updateOne({ _id: contactId }, { $set: { sentAt: earlier(found.sentAt), codes: changed } });
};

describe('C28: a verification code', () => {
  it('cannot be guessed past the limit by asking for another', async () => {
    const who = await stranger(stage);
    const { id, codes, guess } = await added(who);
    const [first] = await codes(1);
    for (const code of wrong(first!, 3)) expect(await guess(code)).toBe(422);
    await letPass(id, 61);
    expect((await who.call('POST', `/me/contacts/${id}/code`)).status).toBe(202);
    const right = (await codes(2))[1]!;
    const statuses: number[] = [];
    for (const code of wrong(right, 3)) statuses.push(await guess(code));
    expect(statuses).toEqual([422, 422, 429]);
    expect(await guess(right)).toBe(429);
    expect((await who.call('GET', '/me/contacts')).body.contacts[0].state).toBe('unverified');
  });

  it('works once', async () => {
    const { codes, guess } = await added(await stranger(stage));
    const [code] = await codes(1);
    expect(await guess(code)).toBe(200);
    expect(await guess(code)).not.toBe(200);
  });

  it('is looked at five times at most when thirty guesses come at once', async () => {
    const { codes, guess } = await added(await stranger(stage));
    const [code] = await codes(1);
    const statuses = await Promise.all(wrong(code!, 30).map(guess));
    expect(statuses.filter((status) => status === 422)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(25);
    expect(await guess(code)).toBe(429);
  });

  it('is refused after ten minutes', async () => {
    const { id, codes, guess } = await added(await stranger(stage));
    const [code] = await codes(1);
    await letPass(id, 601);
    expect(await guess(code)).not.toBe(200);
  });
});

describe('C38: query operators', () => {
  it.each(['?phone[$ne]=x', '?email[$regex]=.*', '?phone=a&phone=b'])('in %s are no query', async (query) => {
    const who = await person(stage, { channels: ['email'] });
    const { status, body } = await who.call('GET', `/me/contacts${query}`);
    expect([status, JSON.stringify(body).includes(who.email)]).toEqual([400, false]);
  });

  it('in a code verify nothing', async () => {
    const who = await stranger(stage);
    const { codes, guess } = await added(who);
    await codes(1);
    for (const code of [{ $gt: '' }, { $ne: null }, [''], 0]) expect([400, 422]).toContain(await guess(code));
    expect((await who.call('GET', '/me/contacts')).body.contacts[0].state).toBe('unverified');
  });

  it('open nothing to an entity', async () => {
    const authorization = `Bearer ${await stage.entities.key('health')}`;
    const call = async (method: string, path: string, body?: unknown) =>
      (await ask(stage.url, method, path, body, { authorization })).status;
    expect(await call('GET', '/v1/outcomes?cursor[$ne]=x')).toBe(400);
    expect(await call('GET', '/v1/outcomes?limit=1&limit=2')).toBe(400);
    for (const path of ['/v1/events/status', '/v1/events/cancel'])
      expect([400, 422]).toContain(await call('POST', path, { source: '/health', id: { $gt: '' } }));
  });
});

describe('C29: asking for codes', () => {
  const request = async (address: string, forwarded = '192.0.2.1') => {
    const headers = { 'x-forwarded-for': forwarded };
    return (await stranger(stage)).call('POST', '/me/contacts', { channel: 'sms', address }, headers);
  };
  const shape = ({ status, body }: { status: number; body: Json }) => {
    const { id, updatedAt, address, masked, ...rest } = body;
    return { status, ...rest, types: [typeof id, typeof updatedAt, typeof address, typeof masked] };
  };

  it('gives the same answer for a registered number and a free one', async () => {
    const holder = await person(stage, { channels: ['sms'] });
    const free = (await stranger(stage)).mobile;
    expect(shape(await request(holder.mobile))).toEqual(shape(await request(free)));
  });

  it('has one quota for all spellings of a number, whatever address is claimed', async () => {
    const spellings = ['36001777', '+97336001777', '0097336001777', '٣٦٠٠١٧٧٧', '+973 3600 1777', '36001777'];
    const statuses: number[] = [];
    for (const [n, address] of spellings.entries()) statuses.push((await request(address, `198.51.100.${n}`)).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
    await eventually('five codes', () => (codesAt(stage, 'sms', '+97336001777').length >= 5 ? true : null));
    expect(codesAt(stage, 'sms', '+97336001777')).toHaveLength(5);
  });

  it.each(['+97390123456', '+447400123456'])('is refused for %s before a provider is asked', async (address) => {
    expect((await request(address)).status).toBe(422);
    expect(stage.outbox.sms().filter(({ to }) => to === address)).toEqual([]);
  });

  it('has a quota of its own for the real address of the client, whatever address is claimed', async () => {
    const answers: number[] = [];
    for (let n = 0; n < 100 && answers.at(-1) !== 429; n += 1) {
      answers.push((await request((await stranger(stage)).mobile, `203.0.113.${n}`)).status);
    }
    expect(answers.at(-1)).toBe(429);
    expect(new Set(answers.slice(0, -1))).toEqual(new Set([202]));
  });
});
