import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { playAnnouncement } from '../scenarios/announcement/play.ts';
import { startStageForWorkers } from './engine/workers.ts';

const PEOPLE = 3_000;
let stage: Awaited<ReturnType<typeof startStageForWorkers>>;
beforeAll(async () => {
  stage = await startStageForWorkers('announcement', { TOPIC_PARTITIONS: '2' });
}, 60_000);
afterAll(() => stage?.stop());

it('an announcement reaches each person exactly once though the router is killed twice', async () => {
  const killsAt = [PEOPLE / 6, PEOPLE / 2];
  const played = await playAnnouncement({ ...stage, people: PEOPLE, killsAt, say: () => {}, deadlineMs: 60_000 });
  expect(played.killedAt).toHaveLength(2);
  for (const reached of played.killedAt) expect(reached).toBeLessThan(PEOPLE);
  expect(played).toMatchObject({
    ...{ notifications: PEOPLE, persons: PEOPLE, deliveries: PEOPLE, messages: PEOPLE, doubled: 0, attempts: PEOPLE },
    counts: { people: PEOPLE, routed: PEOPLE, notReached: 0 },
  });
}, 120_000);
