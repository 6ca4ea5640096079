import { parseArgs } from 'node:util';
import { startServers } from '../../deploy/local/servers/index.ts';
import { notificationId } from '../../services/shared/ids.ts';
import type { Delivery, Notification } from '../../services/shared/ledger/types.ts';
import type { Runtime } from '../../services/shared/runtime.ts';
import { invent } from '../../services/shared/subject/invented.ts';
import { startWorker, type Worker } from '../bench/processes.ts';
import { startStageForWorkers, until } from '../integration/engine/workers.ts';
import { registerPeople } from '../support/people.ts';
import { startCountingChannel } from './counting-channel.ts';
import { message, read, send } from './fairness/messages.ts';

/**
 * One entity floods its topic with 20,000 notices of the bulk lane while another publishes 20 normal notices a second.
 * The other's time from event to hand-over may rise by no more than half at p99. Prints numbers; exit 1 when it does.
 */
const [PEOPLE, PER_SECOND] = [2_000, 20];
const { values: given } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    flood: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '12' },
    /** Uses the servers of KAFKA_BROKERS and MONGODB_URI instead of its own. */
    here: { type: 'boolean', default: false },
  },
});
const [FLOOD, SECONDS] = [Number(given.flood), Number(given.seconds)];
/** Below this nobody waits: a rise from 20 to 40 ms is the noise of a small machine, not unfairness. */
const NOTICEABLE_MS = 150;
const say = (line: string) => process.stderr.write(`fairness: ${line}\n`);

type Watch = { started: Map<string, number>; took: Map<string, number>; bulk: number };

async function scenario(): Promise<number> {
  const servers = given.here ? null : await startServers();
  if (servers) Object.assign(process.env, { KAFKA_BROKERS: servers.kafkaBrokers, MONGODB_URI: servers.mongodbUri });
  try {
    const { env, runtime, stop } = await startStageForWorkers('fairness', { TOPIC_PARTITIONS: '3' });
    const router = startWorker('services/router/main.ts', [], env);
    const entity = startWorker('tests/scenarios/fairness/flood.ts', [String(FLOOD), String(PEOPLE)], env);
    try {
      return await play(runtime, entity);
    } finally {
      await Promise.all([router.stop(), entity.stop()]);
      await stop();
    }
  } finally {
    await servers?.stop();
  }
}

async function play(runtime: Runtime, entity: Worker): Promise<number> {
  const watch: Watch = { started: new Map(), took: new Map(), bulk: 0 };
  await registerPeople(runtime, PEOPLE, ['email']);
  const subjects = Array.from({ length: PEOPLE }, (_, n) => invent('cpr', n));
  const channel = await startCountingChannel(runtime, ['normal', 'bulk'], ({ notificationId: id, lane }) => {
    const began = watch.started.get(id);
    if (began !== undefined) watch.took.set(id, performance.now() - began);
    else if (lane === 'bulk') watch.bulk += 1;
  });
  try {
    await entity.line('ready');
    await normal(runtime, subjects, watch, 'warm', 3);
    const alone = quantiles(await normal(runtime, subjects, watch, 'alone', SECONDS));
    say(`alone: p50 ${alone.p50} ms, p99 ${alone.p99} ms`);
    process.kill(entity.pid, 'SIGUSR2');
    const beside = quantiles(await normal(runtime, subjects, watch, 'beside', SECONDS));
    const bulkAtTheEnd = watch.bulk;
    const stages = await stagesOf(runtime, 'beside');
    say(`beside, p99: to the router's verdict ${stages.routed} ms, from there to the hand-over ${stages.sent} ms`);
    await entity.line('published');
    say(`beside the flood: p50 ${beside.p50} ms, p99 ${beside.p99} ms; ${bulkAtTheEnd} of the flood had gone by then`);
    await until('the flood to be over', async () => watch.bulk >= FLOOD, 120_000);
    const passed = beside.p99 <= Math.max(alone.p99 * 1.5, NOTICEABLE_MS);
    say(passed ? 'one entity’s flood does not delay another' : 'the flood of one entity delays another');
    process.stdout.write(`${JSON.stringify({ scenario: 'fairness', passed, alone, beside, bulkAtTheEnd })}\n`);
    return passed ? 0 : 1;
  } finally {
    await channel.stop();
  }
}

/** Publishes normal notices at their pace and waits for each to be handed over; how long each took, in milliseconds. */
async function normal(runtime: Runtime, subjects: string[], watch: Watch, name: string, seconds: number) {
  const example = read('health-appointment-confirmed.json');
  const ids: string[] = [];
  const start = performance.now();
  for (let n = 0; n < seconds * PER_SECOND; n++) {
    const wait = start + (n * 1000) / PER_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const subject = subjects[n % subjects.length]!;
    const id = notificationId(example.source, `${name}-${n}`, runtime.blind.subscriberId(subject));
    watch.started.set(id, performance.now());
    ids.push(id);
    await send(runtime, 'health', [await message(runtime, example, `${name}-${n}`, subject)]);
  }
  await until(`every notice of ${name}`, async () => ids.every((id) => watch.took.has(id)), 60_000);
  return ids.map((id) => watch.took.get(id)!);
}

/** Where the time went, at p99: until the router's batch began, and from then until the worker called the provider. */
async function stagesOf({ ledger }: Runtime, name: string) {
  const pattern = { source: '/health', eventId: { $regex: `^${name}-` } };
  const notices = await ledger.notifications.find(pattern as object).lean<Notification[]>();
  const found = { notificationId: { $in: notices.map(({ _id }) => _id) } };
  const sent = new Map(
    (await ledger.deliveries.find(found).lean<Delivery[]>()).map((one) => [one.notificationId, one]),
  );
  const routed = notices.map(({ routedAt, acceptedAt }) => routedAt!.getTime() - acceptedAt.getTime());
  const after = notices.map(
    ({ _id, routedAt }) => sent.get(_id)!.attempts[0]!.startedAt.getTime() - routedAt!.getTime(),
  );
  return { routed: quantiles(routed).p99, sent: quantiles(after).p99 };
}

function quantiles(took: number[]) {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1]!);
  return { p50: at(0.5), p99: at(0.99), count: sorted.length };
}

process.exit(await scenario());
