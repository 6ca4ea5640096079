/**
 * How long a search takes among many deliveries: fills a database of its own, asks what operators ask, prints a table of
 * p50, p95 and p99 in milliseconds, and leaves nothing behind. `node tests/bench/search.ts [deliveries]`, with MONGODB_URI.
 * `--indexes` measures what the search's indexes cost the hot path instead.
 */
import { randomBytes } from 'node:crypto';
import type { SearchFilter } from '../../services/console/search/filter.ts';
import { search } from '../../services/console/search/find.ts';
import { loadCatalogue } from '../../services/shared/catalogue.ts';
import { connectLedger, type Ledger } from '../../services/shared/ledger/index.ts';
import { sampleDelivery, sampleNotification } from '../../services/shared/ledger/samples.ts';

const PAGE = 50;
const ROUNDS = 40;
const BATCH = 2_000;
const DAY = 86_400_000;
const hex = (prefix: string, n: number) => `${prefix}_${n.toString(16).padStart(8, '0')}${'0'.repeat(24)}`;
const catalogue = loadCatalogue();
const entities = catalogue.entities.map(({ entity }) => entity);
const now = new Date();

const [many = '1000000'] = process.argv.slice(2).filter((one) => /^\d+$/.test(one));
const ledger = await connectLedger({
  ...{ uri: process.env.MONGODB_URI ?? '', dbName: `bench-search-${randomBytes(4).toString('hex')}` },
});
try {
  await (process.argv.includes('--indexes') ? measureIndexes(ledger) : measureSearch(ledger, Number(many)));
} finally {
  await ledger.connection.dropDatabase();
  await ledger.close();
}

async function measureSearch(store: Ledger, count: number): Promise<void> {
  const started = performance.now();
  for (let from = 0; from < count; from += 4 * BATCH)
    await Promise.all(
      [0, 1, 2, 3].map((n) => fill(store, from + n * BATCH, Math.min(BATCH, count - from - n * BATCH), count)),
    );
  print(`${count} deliveries and notices made in ${seconds(started)} s`);
  const middle = new Date(now.getTime() - 15 * DAY);
  const asked: [string, Partial<SearchFilter>][] = [
    ['newest', {}],
    ['failed', { status: 'failed' }],
    [
      'failed by SMS for a reason in two hours',
      {
        status: 'failed',
        channel: 'sms',
        reason: 'provider_unavailable',
        since: middle,
        until: new Date(middle.getTime() + 7_200_000),
      },
    ],
    ['of one entity', { entity: 'ofoq' }],
    ['of one entity, bounced', { entity: 'ofoq', status: 'bounced' }],
    ['of a rare provider', { provider: 'rare' }],
    ['by an event', { key: `evt-${Math.floor(count / 2)}` }],
    ['by a case', { key: `case-${Math.floor(count / 2)}` }],
    ['by a reference', { key: hex('n', Math.floor(count / 3)).slice(2, 10) }],
    ['of a person', { people: [hex('s', 7)] }],
    ['notices not reached', { what: 'notices', status: 'not_reached' }],
  ];
  for (const [what, filter] of asked) {
    const times: number[] = [];
    let shown = '';
    for (let round = 0; round < ROUNDS; round += 1) {
      const begun = performance.now();
      const { items, complete } = await search({ what: 'deliveries', ...filter }, PAGE, {
        ledger: store,
        catalogue,
        clock: () => now,
      });
      times.push(performance.now() - begun);
      shown = `${items.length} shown, ${complete ? 'complete' : 'stopped'}`;
    }
    print([what.padEnd(42), ...[0.5, 0.95, 0.99].map((share) => at(times, share).padStart(8)), shown].join('  '));
  }
}

async function fill(store: Ledger, from: number, count: number, all: number): Promise<void> {
  if (count <= 0) return;
  const numbers = Array.from({ length: count }, (_, n) => from + n);
  const moment = (n: number) => new Date(now.getTime() - (n / all) * 30 * DAY);
  const notices = numbers.map((n) =>
    sampleNotification({
      ...{
        _id: hex('n', n),
        entity: entities[n % entities.length]!,
        eventId: `evt-${n}`,
        subscriberId: hex('s', n % 50_000),
      },
      ...{
        status: n % 40 === 0 ? 'not_reached' : 'reached',
        acceptedAt: moment(n),
        correlationId: n % 2 ? null : `case-${n}`,
      },
    }),
  );
  const deliveries = numbers.map((n) =>
    sampleDelivery({
      ...{
        _id: hex('d', n),
        notificationId: hex('n', n),
        entity: entities[n % entities.length]!,
        createdAt: moment(n),
      },
      ...{ subscriberId: hex('s', n % 50_000), channel: n % 3 === 0 ? 'email' : 'sms', dueAt: null },
      ...(n % 40 === 0
        ? { status: n % 80 === 0 ? 'bounced' : 'failed', reason: 'provider_unavailable' }
        : { status: 'delivered' }),
      provider: n % 100_000 === 99_999 ? 'rare' : 'sns',
    }),
  );
  await store.notifications.collection.insertMany(notices as never[], { ordered: false });
  await store.deliveries.collection.insertMany(deliveries as never[], { ordered: false });
}

/** What a delivery's life costs (made, claimed, sent, delivered) with and without the index of the search. */
async function measureIndexes(store: Ledger): Promise<void> {
  const collection = store.deliveries.collection;
  for (const round of [1, 2, 3]) {
    for (const name of ['without', 'with']) {
      await collection.deleteMany({});
      if (name === 'without') await collection.dropIndex('search');
      else await collection.createIndex({ entity: 1, status: 1, createdAt: -1 }, { name: 'search' });
      const begun = performance.now();
      for (let from = 0; from < 10_000; from += 500) {
        const numbers = Array.from({ length: 500 }, (_, n) => from + n);
        const ids = numbers.map((n) => hex('d', n));
        await collection.insertMany(
          numbers.map((n) => sampleDelivery({ _id: hex('d', n), createdAt: now })) as never[],
        );
        for (const status of ['sending', 'sent', 'delivered'])
          await collection.updateMany({ _id: { $in: ids } as never }, { $set: { status, updatedAt: new Date() } });
      }
      print(`round ${round}, ${name.padEnd(7)} the index: 10000 deliveries in ${seconds(begun)} s`);
    }
  }
}

function at(times: number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(1);
}
function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}
function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
