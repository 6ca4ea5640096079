import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import { runCheck } from '../../publisher/check.ts';
import { createPublisher, type EventDraft } from '../../publisher/publisher.ts';
import { createEventSealer } from '../../services/shared/crypto/event-seal.ts';
import { freshKeyRing, parseKeyRing } from '../../services/shared/crypto/keyring.ts';
import { sampleCatalogue } from '../../services/shared/event/sample-catalogue.ts';
import { type Stage, startStage } from './ingest/stage.ts';

const draft: EventDraft = {
  source: '/sijilat',
  type: 'bh.gov.moic.sijilat.licence.renewed.v1',
  subject: 'cpr:900100001',
  data: { reference: 'AB-2027/15' },
};
const catalogue = sampleCatalogue();

describe('publisher', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  }, 60_000);
  afterAll(() => stage?.stop());

  it('publishes over HTTP with an id of its own (UUID version 7) and a time', async () => {
    const publisher = createPublisher({ mode: 'http', url: stage.url, key: await stage.key(), catalogue });
    const { id, notificationId, duplicate } = await publisher.publish(draft);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const stored = await stage.ledger.notifications.findOne({ _id: notificationId ?? '' }).lean();
    expect(stored).toMatchObject({ eventId: id, eventTime: expect.any(Date) });
    expect(duplicate).toBe(false);
    expect((await publisher.publish({ ...draft, id })).duplicate).toBe(true);
  });

  it('publishes to Kafka sealed for the platform, under a key that tells nothing of the recipient', async () => {
    const pair = await generateKeyPair('ECDH-ES', { extractable: true });
    const publicKey = { ...(await exportJWK(pair.publicKey)), kid: 'p1' };
    const sealer = createEventSealer(parseKeyRing(freshKeyRing()), { p1: await exportJWK(pair.privateKey) });
    const publisher = createPublisher({
      mode: 'kafka',
      kafka: stage.kafka,
      entity: 'sijilat',
      publicKey,
      secret: Buffer.alloc(32, 7),
      prefix: stage.prefix,
      catalogue,
    });
    const { id } = await publisher.publish(draft);
    await publisher.publish({ ...draft, id: `${id}-2` });
    await publisher.stop();
    const sealed = (await stage.raw()).filter(
      ({ value }) => decodeProtectedHeader(value?.toString() ?? '').alg === 'ECDH-ES',
    );
    const mine = await Promise.all(
      sealed.map(async ({ key, value }) => ({
        key: key?.toString(),
        event: JSON.parse(await sealer.open(value?.toString() ?? '')),
      })),
    );
    expect(mine.map(({ event }) => event.id)).toEqual([id, `${id}-2`]);
    expect(new Set(mine.map(({ key }) => key)).size).toBe(1);
    expect(mine[0]?.key).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify(sealed.map(({ value, headers }) => [value?.toString(), headers]))).not.toContain('900100001');
  });

  it('sends nothing that the platform would refuse, and names every fault', async () => {
    const publisher = createPublisher({ mode: 'http', url: 'http://127.0.0.1:9', key: 'nk_live_x', catalogue });
    const refused = publisher.publish({ ...draft, subject: 'cpr:1', data: {} });
    await expect(refused).rejects.toMatchObject({
      code: 'bad_subject',
      retryable: false,
      faults: [{}, { code: 'bad_data' }],
    });
    expect(publisher.check(draft).ok).toBe(true);
  });

  it('repeats the same event while the answer says that it may', async () => {
    const ids: string[] = [];
    const server = createServer(async (req, res) => {
      const chunks = await req.toArray();
      ids.push(JSON.parse(Buffer.concat(chunks).toString()).id);
      const status = ids.length < 3 ? 503 : 202;
      res.writeHead(status, { 'content-type': 'application/problem+json' });
      res.end(JSON.stringify(status === 503 ? { code: 'unavailable', retryable: true } : { id: 'n_1' }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const publisher = createPublisher({ mode: 'http', url, key: 'nk_live_x', catalogue, retry: { baseMs: 1 } });
    const { id } = await publisher.publish(draft);
    server.close();
    expect(ids).toEqual([id, id, id]);
    const dead = createPublisher({ mode: 'http', url, key: 'nk_live_x', catalogue, retry: { tries: 2, baseMs: 1 } });
    await expect(dead.publish(draft)).rejects.toMatchObject({ code: 'unreachable', retryable: true });
  });
});

describe('notifyme check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  const event = { specversion: '1.0', id: '1', ...draft };
  const check = (content: string, json: boolean) => {
    const file = join(folder, 'event.json');
    writeFileSync(file, content);
    let out = '';
    let err = '';
    const code = runCheck(file, {
      json,
      catalogue,
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    });
    return { code, out, err };
  };

  it('exits 0 for a good event, 1 for a bad one, 2 for a file that is not there', () => {
    expect(check(JSON.stringify(event), false)).toEqual({ code: 0, out: 'ok\n', err: '1 good\n' });
    const bad = check(JSON.stringify([event, { ...event, data: {} }]), false);
    expect([bad.code, bad.out]).toEqual([1, expect.stringMatching(/^\[0\] ok\n\[1\] bad_data \/data\/reference /)]);
    expect(runCheck(join(folder, 'none'), { json: true, err: () => {} })).toBe(2);
  });

  it('writes one JSON document and nothing else with --json', () => {
    const { code, out, err } = check('{"id":1,"id":2}', true);
    expect([code, err]).toEqual([1, '']);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      events: [{ faults: [{ code: 'repeated_name', pointer: '/id' }] }],
    });
  });
});
