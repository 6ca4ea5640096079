import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startServers } from '../../deploy/local/servers/index.ts';
import { freshKeyRing, parseKeyRing } from '../../services/shared/crypto/keyring.ts';
import { connectLedger, type Ledger } from '../../services/shared/ledger/index.ts';
import { fillCrowd, subjectOf } from '../support/register/crowd.ts';
import { planOf, questionsOf, shapeOf } from '../support/register/plans.ts';
import { CHANGES, idsOf, LOOKS, send } from '../support/register/requests.ts';
import { startSite } from '../support/register/site.ts';
import { type LoadResult, loadWith, type User } from './portal/load.ts';

const usage = `node tests/bench/portal.ts [--people N] [--users N] [--seconds N] [--pause MS]

Fills a database with registered people, asks the server how it answers every look-up of a signed-in page and of the API,
then lets so many people look around at once. Fails when a look-up reads a whole collection, when a request fails, or when
p99 is five times p50 or more. The last line is JSON. Servers come from MONGODB_URI, else local ones are started.
`;

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '50000' },
    users: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    pause: { type: 'string', default: '0' },
    help: { type: 'boolean' },
  },
});
type Ring = ReturnType<typeof freshKeyRing>;
const say = (text: string) => process.stderr.write(`${text}\n`);

if (values.help) process.stdout.write(usage);
else await bench();

async function bench(): Promise<void> {
  const [people, users, seconds] = [Number(values.people), Number(values.users), Number(values.seconds)];
  const servers = process.env.MONGODB_URI ? null : await startServers();
  const uri = process.env.MONGODB_URI ?? servers!.mongodbUri;
  const dbName = `bench_portal_${process.pid}`;
  const ring = freshKeyRing();
  const ledger = await connectLedger({ uri, dbName, monitorCommands: true });
  try {
    const fillSeconds = await fill(ledger, ring, people);
    const faults = await judgePlans(ledger, ring, people);
    const load = await loadSite({ uri, dbName, ring, users, people }, seconds);
    const steady = load.errors === 0 && load.p99 < 5 * load.p50;
    if (faults.length > 0 || !steady) process.exitCode = 1;
    process.stdout.write(`${JSON.stringify({ people, users, seconds, fillSeconds, faults, steady, ...load })}\n`);
  } finally {
    await ledger.connection.dropDatabase();
    await ledger.close();
    await servers?.stop();
  }
}

async function fill(ledger: Ledger, ring: Ring, people: number): Promise<number> {
  const began = performance.now();
  let told = 0;
  await fillCrowd(ledger, parseKeyRing(ring), people, (done) => {
    if (done - told < people / 10) return;
    told = done;
    say(`${done} of ${people} people after ${Math.round((performance.now() - began) / 1000)} s`);
  });
  return Math.round((performance.now() - began) / 1000);
}

/** Every look-up of every request, as somebody in the middle of the crowd who has a mandate asks it. */
async function judgePlans(ledger: Ledger, ring: Ring, people: number): Promise<string[]> {
  const site = await startSite(ledger, parseKeyRing(ring));
  const subject = subjectOf(Math.floor(people / 200) * 100);
  const [person, ids] = [await site.signIn(subject), await idsOf(site, subject)];
  const seen = new Map<string, string[]>();
  for (const request of [...LOOKS, ...CHANGES]) {
    const questions = await questionsOf(ledger, () => send(site, person, ids, request));
    for (const question of questions) {
      const shape = shapeOf(question);
      if (seen.has(shape)) continue;
      const { indexes, faults } = await planOf(ledger, question);
      seen.set(shape, faults);
      say(`${shape}: ${faults.length > 0 ? faults.join(', ') : `index ${indexes.join(', ')}`}`);
    }
  }
  await site.stop();
  return [...seen].flatMap(([shape, faults]) => faults.map((fault) => `${shape}: ${fault}`));
}

type Setting = { uri: string; dbName: string; ring: Ring; users: number; people: number };
type Used = { cpuMs: number; rssMb: number };

async function loadSite({ users, people, ...rest }: Setting, seconds: number): Promise<LoadResult & Used> {
  // Every hundredth has a mandate, and so something on each page; the one who was erased above is left out.
  const numbers = Array.from({ length: users }, (_, n) => (n * Math.floor(people / users / 100 || 1) * 100) % people);
  const chosen = [...new Set(numbers)].filter((n) => n !== Math.floor(people / 200) * 100);
  const child = fork(join(import.meta.dirname, 'portal', 'serve.ts'), {
    env: { ...process.env, PORTAL_BENCH: JSON.stringify({ ...rest, people: chosen }) },
  });
  try {
    const [{ url, users: signedIn }] = (await once(child, 'message')) as [{ url: string; users: User[] }];
    const many = Array.from({ length: users }, (_, n) => signedIn[n % signedIn.length]!);
    await loadWith(url, many, 3, 0);
    const before = await used(child);
    const result = await loadWith(url, many, seconds, Number(values.pause));
    const after = await used(child);
    return { ...result, cpuMs: after.cpuMs - before.cpuMs, rssMb: after.rssMb };
  } finally {
    child.kill();
  }
}

async function used(child: ReturnType<typeof fork>): Promise<Used> {
  child.send('used');
  const [told] = (await once(child, 'message')) as [Used];
  return told;
}
