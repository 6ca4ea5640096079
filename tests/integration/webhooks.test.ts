import { verify } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { startEndpoint, until } from './webhooks/endpoint.ts';
import { noticeOf, type Stage, startStage } from './webhooks/stage.ts';

jest.setTimeout(30_000);

type Endpoint = Awaited<ReturnType<typeof startEndpoint>>;

describe('webhooks', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  }, 60_000);
  afterAll(() => stage?.stop());

  const endpoints: Endpoint[] = [];
  const created: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const remove of created.splice(0)) expect(await remove()).toMatchObject({ status: 204 });
    await Promise.all(endpoints.splice(0).map((one) => one.stop()));
  });

  const endpoint = async (...given: Parameters<typeof startEndpoint>) => {
    const one = await startEndpoint(...given);
    endpoints.push(one);
    return one;
  };
  const register = async (entity: string, url: string, more: object = {}) => {
    const { call } = await stage.entity(entity);
    const { status, body } = await call('POST', '/v1/webhooks', { url, ...more });
    expect({ status, body }).toMatchObject({ status: 201 });
    created.push(() => call('DELETE', `/v1/webhooks/${body.id}`));
    const look = async () => (await call('GET', `/v1/webhooks/${body.id}`)).body;
    return { ...body, call, look, path: `/v1/webhooks/${body.id}` };
  };

  it('posts outcomes in the order of their topic, signed so that the stock library accepts the raw bytes', async () => {
    const { url, taken, events } = await endpoint();
    const { secret } = await register('sijilat', url);
    const names = Array.from({ length: 30 }, (_, n) => `order-${n}`);
    await stage.tell('sijilat', names);
    await until(() => taken.length >= 30);
    expect(events()).toEqual(names);
    for (const { body, headers } of taken) {
      const read = new Webhook(secret).verify(body, headers) as { type: string; timestamp: string };
      expect([read.type, read.timestamp]).toEqual(['notification.outcome', '2026-11-24T09:35:00.000Z']);
    }
    expect(taken[0]!.id).toBe(`${noticeOf('order-0')}_0`);
  });

  it('tries again after a 500 with the same id and bytes and a new time, and goes on with others meanwhile', async () => {
    const { url, taken, events } = await endpoint(({ data }, count) =>
      data.eventId === 'retry-0' && count < 4 ? 500 : 200,
    );
    const hook = await register('sijilat', url);
    await stage.tell('sijilat', ['retry-0', 'retry-1']);
    await until(() => events().filter((id) => id === 'retry-0').length >= 2 && events().includes('retry-1'));
    const same = () => taken.filter(({ data }) => data.eventId === 'retry-0');
    await until(() => same().length >= 3);
    const tries = same();
    expect(new Set(tries.map(({ id }) => id))).toEqual(new Set([`${noticeOf('retry-0')}_0`]));
    expect(new Set(tries.map(({ body }) => body.toString())).size).toBe(1);
    expect(events().filter((id) => id === 'retry-1')).toHaveLength(1);
    const seen = await until(async () => {
      const found = await hook.look();
      return found.waiting === 0 && found;
    });
    expect(seen).toMatchObject({ status: 'active', givenUp: 0, last: { result: 'HTTP 200' }, failingSince: null });
  });

  it('gives up a message after the last attempt and says so, and a replay from the cursor sends it again', async () => {
    let broken = true;
    const { url, taken } = await endpoint(() => (broken ? 503 : 200));
    const hook = await register('sijilat', url);
    await stage.tell('sijilat', ['lost-0']);
    const seen = await until(async () => {
      const found = await hook.look();
      return found.givenUp === 1 && found;
    }, 30_000);
    expect([taken.length, seen.status, seen.waiting, seen.last.result]).toEqual([4, 'active', 0, 'HTTP 503']);
    broken = false;
    const answer = await hook.call('POST', `${hook.path}/replay`, { cursor: seen.cursor });
    expect([answer.status, answer.body.givenUp]).toEqual([202, 0]);
    await until(() => taken.length >= 5);
    expect(new Set(taken.map(({ id }) => id)).size).toBe(1);
  }, 40_000);

  it('stops for good at 410, until the entity asks for a replay', async () => {
    const one = await endpoint(() => 410);
    const { taken, events } = one;
    const hook = await register('health', one.url);
    await stage.tell('health', ['gone-0', 'gone-1']);
    const seen = await until(async () => {
      const found = await hook.look();
      return found.status === 'suspended' && found;
    });
    await stage.tell('health', ['gone-2']);
    expect([seen.reason, events()]).toEqual(['gone', ['gone-0']]);
    const other = await endpoint();
    const beside = await register('health', other.url);
    await stage.tell('health', ['gone-3']);
    await until(() => other.taken.length >= 1);
    expect([events(), beside.status]).toEqual([['gone-0'], 'active']);
    one.answer = () => 200;
    await hook.call('POST', `${hook.path}/replay`, { cursor: seen.cursor });
    await until(() => taken.length >= 5);
    expect(events().slice(1)).toEqual(['gone-0', 'gone-1', 'gone-2', 'gone-3']);
    expect(await hook.look()).toMatchObject({ status: 'active', reason: null });
  });

  it('signs with two keys during a rotation, and either is accepted', async () => {
    const { url, taken } = await endpoint();
    const hook = await register('sijilat', url);
    const { status, body } = await hook.call('POST', `${hook.path}/rotate`);
    expect(status).toBe(200);
    expect(body.secret).not.toBe(hook.secret);
    expect(new Date(body.keyBeforeEndsAt).getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    await stage.tell('sijilat', ['rotation-0']);
    await until(() => taken.length >= 1);
    const [one] = taken;
    expect(one!.headers['webhook-signature']!.split(' ')).toHaveLength(2);
    for (const secret of [hook.secret, body.secret]) new Webhook(secret).verify(one!.body, one!.headers);
    const { body: listed } = await hook.call('GET', '/v1/webhooks');
    expect(JSON.stringify(listed)).not.toContain('whsec_');
    const stored = await stage.ledger.webhooks.findOne({ _id: hook.id }).lean();
    expect(JSON.stringify(stored)).not.toMatch(/whsec_|token=invented/);
  });

  it('signs with ed25519 where the entity wants no shared secret', async () => {
    const { url, taken } = await endpoint();
    const { publicKey, secret } = await register('sijilat', url, { signature: 'v1a' });
    await stage.tell('sijilat', ['asymmetric-0']);
    await until(() => taken.length >= 1);
    const [{ headers, body }] = taken as [(typeof taken)[0]];
    const [version, signature] = headers['webhook-signature']!.split(',');
    const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), body]);
    const x = Buffer.from(publicKey.slice('whpk_'.length), 'base64').toString('base64url');
    const key = { key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' } as const;
    expect([secret, version, verify(null, signed, key, Buffer.from(signature!, 'base64'))]).toEqual([
      undefined,
      'v1a',
      true,
    ]);
  });

  it('does not let a slow endpoint delay another, of the same entity or of another', async () => {
    const slow = await endpoint(() => null);
    const quick = await endpoint();
    const other = await endpoint();
    await register('sijilat', slow.url);
    await register('sijilat', quick.url);
    await register('health', other.url);
    await stage.tell('sijilat', ['slow-0', 'slow-1', 'slow-2']);
    await until(() => slow.taken.length >= 1);
    await stage.tell('health', ['beside-0']);
    await until(() => other.taken.length >= 1 && quick.taken.length >= 3);
    // The first request is still open: nobody waited for its end.
    expect([slow.taken.length, slow.open()]).toEqual([1, 1]);
  }, 30_000);

  it('tries an endpoint on request and says what it answered', async () => {
    const one = await endpoint();
    const hook = await register('sijilat', one.url);
    const good = await hook.call('POST', `${hook.path}/test`);
    expect(good.body).toEqual({ id: one.taken[0]!.id, taken: true, result: 'HTTP 200' });
    expect(new Webhook(hook.secret).verify(one.taken[0]!.body, one.taken[0]!.headers)).toMatchObject({
      type: 'webhook.test',
    });
    one.answer = () => ({ status: 302, headers: { location: 'http://127.0.0.1/' } });
    expect((await hook.call('POST', `${hook.path}/test`)).body).toMatchObject({ taken: false, result: 'HTTP 302' });
  });

  it('refuses what is not to be had: addresses inside, endpoints of others, an eleventh, a foreign cursor', async () => {
    const { call } = await stage.entity('sijilat');
    for (const url of ['https://user@hooks.example.com/', 'http://10.0.0.1/', 'ftp://hooks.example.com/']) {
      const { status, body } = await call('POST', '/v1/webhooks', { url });
      expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'webhook_address', '/url']);
    }
    expect((await call('POST', '/v1/webhooks', { url: { $ne: 1 } })).status).toBe(400);
    const one = await endpoint();
    const hook = await register('sijilat', one.url);
    const stranger = await stage.entity('health');
    for (const [method, end] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/rotate'],
      ['POST', '/test'],
    ] as const)
      expect((await stranger.call(method, hook.path + end)).status).toBe(404);
    const cursor = Buffer.from('1:health:3').toString('base64url');
    expect((await hook.call('POST', `${hook.path}/replay`, { cursor })).body.errors[0].pointer).toBe('/cursor');
    for (let n = 1; n < 10; n++) await register('sijilat', one.url);
    const { status, body } = await call('POST', '/v1/webhooks', { url: one.url });
    expect([status, body.code, body.limit]).toEqual([409, 'too_many_webhooks', 10]);
    expect((await fetch(`${stage.url}/v1/webhooks`)).status).toBe(401);
  });
});

describe('a webhook whose endpoint is dead', () => {
  it('rests between failures, is suspended at last, and shows it', async () => {
    const stage = await startStage({ suspendAfterMs: 1_000, restsMs: Array(50).fill(50) });
    const dead = await startEndpoint(() => 500);
    try {
      const { call } = await stage.entity('sijilat');
      const { body } = await call('POST', '/v1/webhooks', { url: dead.url });
      await stage.tell('sijilat', ['dead-0', 'dead-1', 'dead-2', 'dead-3', 'dead-4', 'dead-5']);
      const seen = await until(async () => {
        const { body: found } = await call('GET', `/v1/webhooks/${body.id}`);
        return found.status === 'suspended' && found;
      }, 30_000);
      expect(seen).toMatchObject({ reason: 'failing', last: { result: 'HTTP 500' } });
      // Three failures, then one try after a rest of 5 s: the others did not use up their attempts.
      expect(dead.taken).toHaveLength(4);
    } finally {
      await dead.stop();
      await stage.stop();
    }
  }, 60_000);
});
