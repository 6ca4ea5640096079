/** What each index takes of a delivery's way: CPU of the database's processes on this machine, with MONGODB_URI. */
import { readdirSync, readFileSync } from 'node:fs';
import { INDEXES } from '../../services/shared/ledger/indexes.ts';
import { sampleDelivery } from '../../services/shared/ledger/samples.ts';
import { updateEach } from '../../services/shared/ledger/update-each.ts';
import { hex } from './fill.ts';
import { inLedger, print } from './filled.ts';

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
      const before = cpuSeconds();
      for (const ids of lots) await run(ids);
      took.push(`${step} ${Math.round(((cpuSeconds() - before) * 1e6) / MANY)} µs`);
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

/** User and system time of every process called postgres or mongod (proc(5)); clock ticks of a hundredth. */
function cpuSeconds(): number {
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (!/^\d+ \((postgres|mongod)/.test(stat)) continue;
      const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It ended meanwhile.
    }
  return ticks / 100;
}
