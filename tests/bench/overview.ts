/**
 * How long the overview takes among many deliveries, and what else counts: `node tests/bench/overview.ts [deliveries]`,
 * with MONGODB_URI; p50, p95 and p99 in milliseconds. `--database NAME` keeps the database for the next measurement.
 */
import { wouldWait } from '../../services/console/controls/waiting.ts';
import { listDeadLetters } from '../../services/console/dead-letters.ts';
import { readOpenLetters } from '../../services/console/overview/dead-letters.ts';
import { flowOf } from '../../services/console/overview/read.ts';
import { SPANS, type Span, stepsOf } from '../../services/console/overview/span.ts';
import { readWaiting } from '../../services/console/overview/waiting.ts';
import { loadCatalogue } from '../../services/shared/catalogue.ts';
import { readFlow, readProviders } from '../../services/shared/counters/read.ts';
import { beginOf, type Grain, stepFrom } from '../../services/shared/counters/types.ts';
import { insertNew, type Ledger } from '../../services/shared/ledger/index.ts';
import { hex } from './fill.ts';
import { type Asked, inFilledLedger, timeEach } from './filled.ts';

const ROUNDS = 20;
const LETTERS = 60_000;
const LOT = 5_000;
/** As long as each is kept, days for as long as the page shows them. */
const KEPT: Record<Grain, number> = { minute: 2 * 24 * 60, hour: 90 * 24, day: 30 };

await inFilledLedger(1_000_000, async ({ ledger, at }) => {
  await fillCounters(ledger, at);
  await fillLetters(ledger, at);
  const flow = (span: Span): Asked => ({
    what: `flow of a ${span}`,
    ask: async () => {
      const steps = stepsOf(span, at);
      const rows = await readFlow(ledger, { grain: SPANS[span].grain, from: steps[0]! });
      return `${rows.length} counters, ${flowOf(rows, steps, { rows: [], n: 0, all: true }, at).total.sent} sent`;
    },
  });
  const asked: Asked[] = [
    ...(Object.keys(SPANS) as Span[]).map(flow),
    {
      what: 'what waits',
      ask: async () => JSON.stringify(await readWaiting(ledger).then(({ n, all }) => ({ n, all }))),
    },
    { what: 'providers', ask: async () => `${(await readProviders(ledger, new Date(at.getTime() - 900_000))).length}` },
    { what: 'dead letters by reason', ask: async () => `${(await readOpenLetters(ledger)).n}` },
    {
      what: 'dead letters that wait',
      ask: async () => `${(await listDeadLetters({ ledger }, { replayed: false })).length}`,
    },
    {
      what: 'dead letters put back',
      ask: async () => `${(await listDeadLetters({ ledger }, { replayed: true })).length}`,
    },
    { what: 'what a pause of everything would hold', ask: async () => `${(await wouldWait({}, [], ledger)).count}` },
    {
      what: 'what a pause of a channel would hold',
      ask: async () => `${(await wouldWait({ channel: 'email' }, [], ledger)).count}`,
    },
  ];
  await timeEach(asked, ROUNDS);
});

/** A counter for each channel, entity and lane and minute, hour and day, and three providers a minute. */
async function fillCounters({ connection }: Ledger, at: Date): Promise<void> {
  const entities = loadCatalogue().entities.map(({ entity }) => entity);
  const counters = connection.collection<{ _id: string }>('counters');
  if (await counters.findOne({})) return;
  for (const grain of Object.keys(KEPT) as Grain[]) {
    const begin = beginOf(grain, at);
    for (let n = 0; n < KEPT[grain]; n += 60) {
      const moments = Array.from({ length: Math.min(60, KEPT[grain] - n) }, (_, i) => stepFrom(grain, begin, -n - i));
      await insertNew(
        counters,
        moments.flatMap((moment) => countersAt(grain, moment, entities)),
      );
    }
  }
}

function countersAt(grain: Grain, at: Date, entities: string[]) {
  const name = `${grain}:${at.toISOString().slice(0, 16)}`;
  const flows = entities.flatMap((entity) =>
    [null, 'sms', 'email', 'push'].map((channel) => ({
      ...{ _id: `${name}:flow:${channel}:${entity}`, kind: 'flow', grain, at, channel, entity, lane: 'normal' },
      ...(channel ? { sent: 40, delivered: 38, failed: 2, h2: 20, h3: 15, h4: 5 } : { accepted: 100 }),
    })),
  );
  const providers = ['sns', 'smtp', 'fcm'].map((provider) => ({
    ...{ _id: `${name}:provider:${provider}`, kind: 'provider', grain, at, channel: 'sms', provider },
    ...{ calls: 400, errors: 2, h3: 200, h4: 100 },
  }));
  return grain === 'minute' ? [...flows, ...providers] : flows;
}

/** Half of them were put back. */
async function fillLetters({ deadLetters }: Ledger, at: Date): Promise<void> {
  if (await deadLetters.findOne({})) return;
  for (let from = 0; from < LETTERS; from += LOT) {
    const letters = Array.from({ length: LOT }, (_, i) => from + i).map((n) => ({
      ...{ _id: hex('x', n), reason: `reason_${n % 8}`, detail: 'invented', topic: 'events.sijilat', partition: 0 },
      ...{
        offset: String(n),
        original: 'x'.repeat(1_000),
        key: null,
        headers: {},
        at: new Date(at.getTime() - n * 1_000),
      },
      replayedAt: n % 2 ? at : null,
    }));
    await insertNew(deadLetters.collection, letters);
  }
}
