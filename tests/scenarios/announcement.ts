import { startServers } from '../../deploy/local/servers/index.ts';
import { startStageForWorkers } from '../integration/engine/workers.ts';
import { type Played, playAnnouncement } from './announcement/play.ts';

/**
 * An announcement to 100,000 people while the router is killed twice: each person must get exactly one notification.
 * Prints numbers; the last line is JSON; exit 1 when a person got none or two.
 */
const PEOPLE = Number(process.env.SCENARIO_PEOPLE || 100_000);
const say = (line: string) => process.stderr.write(`announcement: ${line}\n`);

async function scenario(): Promise<number> {
  const servers = await startServers();
  Object.assign(process.env, { KAFKA_BROKERS: servers.kafkaBrokers, MONGODB_URI: servers.mongodbUri });
  try {
    const stage = await startStageForWorkers('announcement', { TOPIC_PARTITIONS: '3' });
    try {
      const killsAt = [0.25, 0.6].map((share) => Math.floor(PEOPLE * share));
      return report(await playAnnouncement({ ...stage, people: PEOPLE, killsAt, say, deadlineMs: 300_000 }));
    } finally {
      await stage.stop();
    }
  } finally {
    await servers.stop();
  }
}

function report(played: Played): number {
  const { people, notifications, persons, messages, doubled, killedAt, counts } = played;
  const exact = [notifications, persons, messages, counts.people].every((count) => count === people) && doubled === 0;
  say(`${messages} messages to ${persons} people, ${doubled} of them twice; killed at ${killedAt.join(' and ')}`);
  say(exact ? 'each person got exactly one' : 'NOT exactly one each');
  process.stdout.write(`${JSON.stringify({ scenario: 'announcement', passed: exact, ...played })}\n`);
  return exact ? 0 : 1;
}

process.exit(await scenario());
