import { parseArgs } from 'node:util';
import { createForesee } from '../../services/console/replay/foresee.ts';
import { askForPlan, confirmJob } from '../../services/console/replay/jobs.ts';
import { createRunner } from '../../services/console/replay/run.ts';
import { ensureReplayIndexes, findJob } from '../../services/console/replay/store.ts';
import type { ReplayJob } from '../../services/console/replay/types.ts';
import { loadCatalogue } from '../../services/shared/catalogue.ts';
import { createBlind } from '../../services/shared/crypto/blind.ts';
import { createSealer } from '../../services/shared/crypto/field.ts';
import { freshKeyRing, parseKeyRing } from '../../services/shared/crypto/keyring.ts';
import type { Ledger } from '../../services/shared/ledger/index.ts';
import {
  sampleContact,
  sampleDelivery,
  sampleNotification,
  sampleSubscriber,
} from '../../services/shared/ledger/samples.ts';
import { inLedger } from './filled.ts';

/**
 * `node tests/bench/replay.ts [how many] [--database NAME]`, with MONGODB_URI: deliveries that failed in the last two
 * hours, a dry run of all, and the time until the first and the last of them is due. Prints times and the memory that it
 * took on top. A named database is left as it was: one that `search.ts` filled, to replay among many.
 */
const { values, positionals } = parseArgs({ options: { database: { type: 'string' } }, allowPositionals: true });
const PEOPLE = Number(positionals[0] ?? 100_000);
const LOT = 2_000;
const SEALED = `k1.${'x'.repeat(400)}`;
const STALE_MS = 548 * 86_400_000;

/** None of those that `fill.ts` gives. */
const idOf = (prefix: string, n: number): string => `${prefix}_f${n.toString(16).padStart(31, '0')}`;
const ours = (prefix: string) => ({ _id: { $gte: `${prefix}_f`, $lt: `${prefix}_g` } as never });

const heap = (): number => process.memoryUsage().heapUsed;

await inLedger(values.database ?? `bench_replay_${process.pid}`, values.database !== undefined, bench);

async function bench(ledger: Ledger): Promise<void> {
  const ring = parseKeyRing(freshKeyRing());
  const [sealer, blind] = [createSealer(ring), createBlind(ring)];
  await clear(ledger);
  try {
    await ensureReplayIndexes(ledger);
    await measured('seeded', () => seed(ledger, sealer.seal('+97336001234', 'address')));
    const catalogue = loadCatalogue();
    const foresee = createForesee({ ledger, catalogue, staleAfterMs: STALE_MS, sealer, blind, providers: [] });
    const rules = { countFrom: 100, approvalAbove: PEOPLE, perSecond: 10_000 };
    const producer = () => Promise.reject(new Error('no dead letter is put back here'));
    const tools = { ledger, catalogue, clock: () => new Date(), foresee, rules, letters: { sealer, producer } };
    const runner = createRunner(tools);
    const before = heap();
    const { _id } = await askForPlan(
      { reason: 'provider_unavailable', since: new Date(Date.now() - 7_200_000) },
      'bench',
      tools,
    );
    const held = await measured('dry run', async () => {
      const watch = watchHeap();
      while ((await findJob(ledger, _id)).status === 'planning') await runner.step(_id);
      return watch();
    });
    const job = await findJob(ledger, _id);
    process.stdout.write(`${JSON.stringify({ send: job.plan.send, people: job.plan.people })}\n`);
    process.stdout.write(`heap on top, at most: ${Math.round((held - before) / 1e6)} MB\n`);
    const says = { by: 'bench', because: 'to measure it', count: job.plan.send };
    await measured('first due after the yes', async () => {
      await confirmJob(_id, says, tools);
      await until((now) => now.done > 0);
    });
    await measured('last due', () => until((now) => now.done === now.plan.send));

    async function until(reached: (now: ReplayJob) => boolean) {
      while (!reached(await findJob(ledger, _id))) {
        if (!(await runner.step(_id))) await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  } finally {
    await clear(ledger);
  }
}

async function clear(ledger: Ledger): Promise<void> {
  for (const [prefix, model] of Object.entries({
    s: ledger.subscribers,
    n: ledger.notifications,
    d: ledger.deliveries,
  }))
    await (model as Ledger['deliveries']).collection.deleteMany(ours(prefix));
  for (const name of ['replay_jobs', 'replay_items']) await ledger.connection.collection(name).deleteMany({});
}

async function seed({ subscribers, notifications, deliveries }: Ledger, address: string): Promise<void> {
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 86_400_000);
  const failed = {
    status: 'failed',
    reason: 'provider_unavailable',
    provider: 'sns',
    segments: 2,
    dueAt: null,
  } as const;
  for (let at = 0; at < PEOPLE; at += LOT) {
    const numbers = Array.from({ length: Math.min(LOT, PEOPLE - at) }, (_, n) => at + n);
    const all = numbers.map((n) => {
      const ids = { subscriberId: idOf('s', n), notificationId: idOf('n', n), contactId: idOf('c', n) };
      const contacts = [sampleContact({ id: ids.contactId, confirmedAt: now, address })];
      const { subscriberId } = ids;
      return {
        person: sampleSubscriber({ _id: subscriberId, contacts }),
        notice: sampleNotification({ _id: ids.notificationId, subscriberId, data: SEALED, expiresAt }),
        delivery: sampleDelivery({ _id: idOf('d', n), ...ids, ...failed, expiresAt, updatedAt: now }),
      };
    });
    await subscribers.collection.insertMany(all.map(({ person }) => person) as never[], { ordered: false });
    await notifications.collection.insertMany(all.map(({ notice }) => notice) as never[], { ordered: false });
    await deliveries.collection.insertMany(all.map(({ delivery }) => delivery) as never[], { ordered: false });
  }
}

/** The highest use of the heap until it is asked. */
function watchHeap(): () => number {
  let most = heap();
  const timer = setInterval(() => (most = Math.max(most, heap())), 20);
  return () => {
    clearInterval(timer);
    return most;
  };
}

async function measured<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const done = await work();
  process.stdout.write(`${what}: ${((performance.now() - began) / 1_000).toFixed(2)} s\n`);
  return done;
}
