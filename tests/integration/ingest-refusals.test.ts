import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BATCH, call, sampleEvent } from './ingest/client.ts';
import { type Stage, startStage } from './ingest/stage.ts';

describe('refusing events', () => {
  let stage: Stage;
  let key: string;
  let ahead = 0;
  let publish: (body: unknown, more?: object) => ReturnType<typeof call>;

  beforeAll(async () => {
    stage = await startStage({ over: { now: () => new Date(Date.now() + ahead) } });
    key = await stage.key();
    publish = (body, more = {}) => call(`${stage.url}/v1/events`, key, { body, ...more });
  }, 60_000);
  afterAll(() => stage?.stop());

  const stored = () => stage.ledger.notifications.countDocuments();
  const ofSize = (bytes: number, letter = 'a') => {
    const event = sampleEvent({ data: { reference: '' } });
    const room = bytes - Buffer.byteLength(JSON.stringify(event));
    return { ...event, data: { reference: letter.repeat(Math.floor(room / Buffer.byteLength(letter))) } };
  };

  it('C33 answers 413 with the limit, also for what only compresses small, and stores nothing', async () => {
    const before = await stored();
    const big = JSON.stringify(sampleEvent({ data: { reference: 'a'.repeat(1_200_000) } }));
    const zipped = gzipSync(big);
    expect(zipped.length).toBeLessThan(10_000);
    for (const answer of [await publish(big), await publish(zipped, { headers: { 'content-encoding': 'gzip' } })]) {
      expect([answer.status, answer.body.code, answer.body.limit]).toEqual([413, 'too_large', 262_144]);
    }
    const many = await publish(
      Array.from({ length: 101 }, () => sampleEvent()),
      { type: BATCH },
    );
    expect([many.status, many.body.limit, many.body.unit]).toEqual([413, 100, 'events']);
    const wide = await publish([ofSize(300_000), sampleEvent()], { type: BATCH });
    expect([wide.status, wide.body.items[0]?.problem]).toMatchObject([207, { status: 413, limit: 262_144 }]);
    expect(await stored()).toBe(before + 1);
  });

  it('C33 takes an event of Arabic letters just under the limit, plain and compressed', async () => {
    const plain = await publish(ofSize(262_144, 'ج'));
    const zipped = await publish(gzipSync(JSON.stringify(ofSize(262_140, 'ج'))), {
      headers: { 'content-encoding': 'gzip' },
    });
    expect([plain.status, zipped.status]).toEqual([202, 202]);
    expect((await stage.ledger.notifications.findOne({ _id: plain.body.id }).lean())?.status).toBe('accepted');
  });

  it('takes a batch for one recipient that seals to more than one produce may carry', async () => {
    const batch = Array.from({ length: 4 }, () => ({ ...ofSize(260_000), subject: 'company:31000' }));
    expect((await publish(batch, { type: BATCH })).status).toBe(202);
  });

  it.each([
    ['no type', { type: '' }],
    ['text', { type: 'text/plain' }],
    ['another event format', { type: 'application/cloudevents+xml' }],
    ['another charset', { type: 'application/cloudevents+json; charset=windows-1256' }],
    ['plain JSON without ce- headers', { type: 'application/json' }],
  ])('answers 415 to %s', async (_name, more) => {
    const { status, body } = await publish(JSON.stringify(sampleEvent()), more);
    expect([status, body.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('answers 415 to an encoding that it does not know', async () => {
    const { status, body } = await publish(JSON.stringify(sampleEvent()), {
      headers: { 'content-encoding': 'snappy' },
    });
    expect([status, body.code]).toEqual([415, 'unsupported_encoding']);
  });

  it('answers 400 to a body that is no JSON, and to one that is not the gzip it says', async () => {
    expect((await publish('{"id":')).body.code).toBe('not_json');
    expect((await publish('{"id":"1","id":"2"}')).body).toMatchObject({ status: 400, code: 'repeated_name' });
    expect((await publish('nonsense', { headers: { 'content-encoding': 'gzip' } })).status).toBe(400);
  });

  it('answers 401 without a key, with a wrong secret, a made-up key, or one of the other kind', async () => {
    const wrong = key.slice(0, -3) + (key.endsWith('AAA') ? 'BBB' : 'AAA');
    const madeUp = `nk_live_aaaaaaaaaaaaaaaa_${'A'.repeat(43)}`;
    for (const bad of [null, 'x', wrong, madeUp, key.replace('nk_live_', 'nk_test_')]) {
      const answer = await call(`${stage.url}/v1/events`, bad, { body: sampleEvent() });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="notifyme"']);
    }
  });

  it('stops taking a revoked key within 10 seconds', async () => {
    const revoked = await stage.key();
    expect((await call(`${stage.url}/v1/events`, revoked, { body: sampleEvent() })).status).toBe(202);
    expect(await stage.revokeKey(revoked.split('_')[2] ?? '')).toBe(true);
    ahead += 10_000;
    expect((await call(`${stage.url}/v1/events`, revoked, { body: sampleEvent() })).status).toBe(401);
    expect((await publish(sampleEvent())).status).toBe(202);
  });

  it("answers 403 to another entity's source, and C25 to a mandatory notice without the right", async () => {
    const foreign = await publish(sampleEvent({ source: '/health' }));
    expect([foreign.status, foreign.body.code]).toEqual([403, 'foreign_source']);
    const mandatory = await publish(sampleEvent({ type: 'bh.gov.moic.sijilat.licence.revoked.v1' }));
    expect([mandatory.status, mandatory.body.code]).toEqual([403, 'not_granted']);
  });

  it('names all faults in a problem document in the language of the caller, with a page that exists', async () => {
    const { status, headers, body } = await publish(
      { specversion: '1.0', subject: 'cpr:1' },
      { headers: { 'accept-language': 'ar' } },
    );
    expect([status, headers.get('content-type')]).toEqual([422, 'application/problem+json; charset=utf-8']);
    expect(body.errors.map(({ pointer }) => pointer).toSorted()).toEqual([
      '/data',
      '/id',
      '/source',
      '/subject',
      '/type',
    ]);
    for (const { message } of body.errors) expect(message).toMatch(/[\u0621-\u064a]/);
    const page = await call(`${stage.url}${body.type}`, null, { method: 'GET' });
    expect([page.status, String(page.body)]).toEqual([
      200,
      expect.stringMatching(/lang="en" dir="ltr"[\s\S]*lang="ar" dir="rtl"/),
    ]);
    expect((await call(`${stage.url}/problems/constructor`, null, { method: 'GET' })).status).toBe(404);
  });
});
