// Publishes events over HTTP for so many seconds, over so many connections, and says how many a second were acknowledged.
import { Pool } from 'undici';
import { eventFor } from './events.ts';

const [url = '', key = '', run = '', ...numbers] = process.argv.slice(2);
const [seconds, connections, batch, people] = numbers.map(Number) as [number, number, number, number];
/** Published before the clock starts: connections open, code compiled. */
const WARM_MS = 2_000;

const pool = new Pool(url, { connections, pipelining: 1 });
const headers = {
  authorization: `Bearer ${key}`,
  'content-type': batch > 1 ? 'application/cloudevents-batch+json' : 'application/cloudevents+json',
};
let next = 0;
let acknowledged = 0;
const startedAt = performance.now();
const until = startedAt + WARM_MS + seconds * 1000;

await Promise.all(Array.from({ length: connections }, publish));
process.stdout.write(`result ${JSON.stringify({ rate: acknowledged / seconds })}\n`);
process.exit(0);

async function publish(): Promise<void> {
  while (performance.now() < until) {
    const events = Array.from({ length: batch }, () => ({ ...eventFor(next, people), id: `${run}-${next++}` }));
    const body = JSON.stringify(batch > 1 ? events : events[0]);
    const answer = await pool.request({ method: 'POST', path: '/v1/events', headers, body });
    await answer.body.dump();
    if (answer.statusCode !== 202) throw new Error(`answered ${answer.statusCode}`);
    const now = performance.now();
    if (now >= startedAt + WARM_MS && now < until) acknowledged += batch;
  }
}
