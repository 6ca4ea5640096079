import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildCatalogue } from '../../services/shared/catalogue.ts';
import { sampleCatalogue } from '../../services/shared/event/sample-catalogue.ts';
import { BATCH, call, sampleEvent } from './ingest/client.ts';
import { type Stage, startStage } from './ingest/stage.ts';

/** The sample entities, of which `sijilat` may publish six events a minute. */
const withQuota = () =>
  buildCatalogue(
    sampleCatalogue().entities.map((one) =>
      one.entity === 'sijilat' ? { ...one, grants: { ...one.grants, quotaPerMinute: 6 } } : one,
    ),
  );

describe('an entity that has a quota', () => {
  let stage: Stage;
  let key: string;
  const time = { now: Date.parse('2026-11-24T09:00:00Z') };
  beforeAll(async () => {
    stage = await startStage({ over: { catalogue: withQuota(), now: () => new Date(time.now) } });
    key = await stage.key();
  }, 60_000);
  afterAll(() => stage?.stop());

  const publish = (body: unknown, more = {}, by = key) => call(`${stage.url}/v1/events`, by, { body, ...more });
  const stored = () => stage.ledger.notifications.countDocuments({ entity: 'sijilat' });

  it('is refused clearly beyond it, nothing of it is accepted, and others are not touched', async () => {
    const batch = await publish(
      Array.from({ length: 8 }, () => sampleEvent()),
      { type: BATCH },
    );
    expect(batch.status).toBe(207);
    expect(batch.body.items.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 6 }, () => 'accepted'),
      'refused',
      'refused',
    ]);
    expect(batch.body.items[7]!.problem).toMatchObject({ code: 'quota_exceeded', status: 429, retryable: true });
    const late = sampleEvent();
    for (const refused of [await publish(late), await publish([late, sampleEvent()], { type: BATCH })]) {
      expect([refused.status, refused.body.code, refused.body.quotaPerMinute]).toEqual([429, 'quota_exceeded', 6]);
      expect(refused.headers.get('retry-after')).toBe('10');
    }
    expect(await stored()).toBe(6);
    const health = { source: '/health', type: 'bh.gov.moh.health.result.ready.v1', subject: 'cpr:900100001' };
    expect((await publish(sampleEvent(health), {}, await stage.key('health'))).status).toBe(202);

    time.now += 10_000;
    expect((await publish(late)).status).toBe(202);
    expect((await publish(sampleEvent())).status).toBe(429);
  });

  it('keeps its live quota apart from what its test keys send', async () => {
    const test = await stage.key('sijilat', 'test');
    expect((await publish(sampleEvent(), {}, test)).status).toBe(202);
  });
});
