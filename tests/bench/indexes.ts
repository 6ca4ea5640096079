/** What each index takes of a delivery's way: CPU of the database's processes on this machine, with MONGODB_URI. */
import { readdirSync, readFileSync } from 'node:fs';
import { INDEXES } from '../../services/shared/ledger/indexes.ts';
import { sampleDelivery } from '../../services/shared/ledger/samples.ts';
import { updateEach } from '../../services/shared/ledger/update-each.ts';
import { hex } from './fill.ts';
import { inLedger, print } from './filled.ts';
import { cpuSeconds } from './processes.ts';

const MANY = 8_000;
/** As many as a channel worker takes at a time. */
const LOT = 100;
const now = new Date();
const indexes = INDEXES.filter(({ collection }) => collection === 'deliveries');
const lots = Array.from({ length: MANY / LOT }, (_, lot) =>
  Array.from({ length: LOT }, (_, n) => hex('d', lot * LOT + n)),
);

await inLedger(`bench-indexes-${process.pid}`, false, async ({ deliveries: { collection } }) => {
  const stepsOf: [string, (ids: string[]) => Promise<unknown>][] = [
    [
      'stored',
      (ids) =>
        collection.insertMany(
          ids.map((_id) => sampleDelivery({ _id, status: 'queued', createdAt: now, providerRef: null })) as never[],
        ),
    ],
    [
      'claimed',
      (ids) =>
        collection.updateMany({ _id: { $in: ids } as never, status: 'queued' }, {
          $set: { status: 'sending', claim: 'x', dueAt: now, updatedAt: now },
        } as object),
    ],
    [
      'sent',
      (ids) =>
        updateEach(
          collection,
          { claim: 'x', status: 'sending' },
          ids.map((_id) => ({
            _id,
            set: { claim: null, status: 'sent', providerRef: _id, dueAt: new Date(), sentAt: now },
          })),
        ),
    ],
  ];
  const measure = async (name: string) => {
    await collection.deleteMany({});
    const took: string[] = [];
    for (const [step, run] of stepsOf) {
      const before = databaseSeconds();
      for (const ids of lots) await run(ids);
      took.push(`${step} ${Math.round(((databaseSeconds() - before) * 1e6) / MANY)} µs`);
    }
    print(`${name.padEnd(26)} ${took.join(', ')}`);
  };
  await measure('all');
  for (const { keys, options } of indexes) {
    await collection.dropIndex(options.name!);
    await measure(`without ${options.name}`);
    await collection.createIndex(keys, options);
  }
  for (const { options } of indexes) await collection.dropIndex(options.name!);
  await measure('none but _id');
});

/** What the processes called postgres or mongod have taken together so far. */
function databaseSeconds(): number {
  let seconds = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      if (/^(postgres|mongod)/.test(readFileSync(`/proc/${pid}/comm`, 'utf8'))) seconds += cpuSeconds(Number(pid));
    } catch {
      // It ended meanwhile.
    }
  return seconds;
}
