import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './ingest/client.ts';
import { type Stage, startStage } from './ingest/stage.ts';

describe('outcome feed', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  }, 60_000);
  afterAll(() => stage?.stop());

  const write = (entity: string, offsets: number[]) =>
    stage.ledger.feed.collection.insertMany(
      offsets.map((offset) => ({
        _id: `${entity}:${String(offset).padStart(16, '0')}`,
        entity,
        offset,
        outcome: JSON.stringify({ eventId: `${entity}-${offset}` }),
      })) as never[],
    );
  const read = (key: string, query: Record<string, string> = {}) =>
    call(`${stage.url}/v1/outcomes?${new URLSearchParams(query)}`, key, { method: 'GET' });
  const idsOf = ({ body }: Awaited<ReturnType<typeof read>>) => body.items.map(({ eventId }) => eventId);

  it('pages through all outcomes of the entity, in order and without gaps, while more arrive', async () => {
    const key = await stage.key('sijilat');
    await write('sijilat', [3, 4, 5, 6, 7, 8, 9, 10, 11]);
    await write('sijilat-two', [1]);
    await write('health', [3, 4]);
    const seen: unknown[] = [];
    let cursor: string | undefined;
    for (let n = 0; n < 6; n++) {
      const answer = await read(key, { limit: '4', ...(cursor && { cursor }) });
      expect(answer.status).toBe(200);
      seen.push(...idsOf(answer));
      cursor = answer.body.cursor;
      if (n === 2) await write('sijilat', [12, 13]);
    }
    expect(seen).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map((n) => `sijilat-${n}`));
    const again = await read(key, { cursor: cursor ?? '' });
    expect(again.body).toEqual({ items: [], cursor });
    expect((await read(await stage.key('health'), { cursor: cursor ?? '' })).status).toBe(400);
  });

  it('does not pass over an outcome that is stored a moment after its successor', async () => {
    const key = await stage.key('ofoq');
    await write('ofoq', [0, 2]);
    const first = await read(key);
    expect(idsOf(first)).toEqual(['ofoq-0']);
    const second = read(key, { cursor: first.body.cursor });
    await write('ofoq', [1]);
    expect(idsOf(await second)).toEqual(['ofoq-1', 'ofoq-2']);
  });

  it('goes on behind a number that never had an outcome', async () => {
    const key = await stage.key('benayat');
    await write('benayat', [0, 5]);
    const { body } = await read(key);
    expect(idsOf(await read(key, { cursor: body.cursor }))).toEqual(['benayat-5']);
  }, 15_000);

  it('waits for the first outcome when asked to', async () => {
    const key = await stage.key('social');
    const waiting = read(key, { wait: '10' });
    await write('social', [0]);
    expect(idsOf(await waiting)).toEqual(['social-0']);
    const start = Date.now();
    const empty = await read(key, { wait: '1', cursor: (await waiting).body.cursor });
    expect(empty.body.items).toEqual([]);
    // A timer may be a millisecond early by the clock on the wall.
    expect(Date.now() - start).toBeGreaterThanOrEqual(990);
  }, 15_000);
});
