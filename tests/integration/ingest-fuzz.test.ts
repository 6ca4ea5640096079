import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BATCH, call, STRUCTURED, sampleEvent } from './ingest/client.ts';
import { type Stage, startStage } from './ingest/stage.ts';

describe('anything at all', () => {
  let stage: Stage;
  let key: string;
  beforeAll(async () => {
    stage = await startStage();
    key = await stage.key();
  }, 60_000);
  afterAll(() => stage?.stop());

  it('never answers 5xx, whatever is sent', async () => {
    const eventLike = fc.record(
      Object.fromEntries(
        Object.entries(sampleEvent({ time: '2026-01-01T00:00:00Z', notbefore: 'x', sequence: '1' })).map(
          ([name, value]) => [
            name,
            fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, fc.jsonValue(), fc.string(), fc.date().map(String)),
          ],
        ),
      ),
      { requiredKeys: [] },
    );
    const body = fc.oneof(
      eventLike,
      fc.array(eventLike, { maxLength: 3 }),
      fc.jsonValue(),
      fc.string(),
      fc.uint8Array(),
    );
    const type = fc.constantFrom(STRUCTURED, BATCH, 'application/json');
    const path = fc.oneof(
      { weight: 4, arbitrary: fc.constant('/v1/events') },
      fc.constantFrom('/v1/events/status', '/v1/events/cancel', '/v1/notifications/x/cancel'),
    );
    const text = fc.string({ unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)) });
    await fc.assert(
      fc.asyncProperty(body, type, path, text, async (sent, contentType, where, any) => {
        const headers = { 'ce-id': any, 'ce-source': '/sijilat' };
        const posted = await call(stage.url + where, key, { body: sent, type: contentType, headers });
        const read = await call(`${stage.url}/v1/outcomes?cursor=${encodeURIComponent(any)}&${any}`, key, {
          method: 'GET',
        });
        expect(Math.max(posted.status, read.status)).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
