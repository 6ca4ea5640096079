/** What a delivery's life costs (made, claimed, sent, delivered) with and without the indexes of operators, with MONGODB_URI. */
import { INDEXES } from '../../services/shared/ledger/indexes.ts';
import { sampleDelivery } from '../../services/shared/ledger/samples.ts';
import { hex } from './fill.ts';
import { inLedger, print, seconds } from './filled.ts';

const MANY = 10_000;
const LOT = 500;
const now = new Date();
const indexes = INDEXES.filter(
  ({ collection, options }) => collection === 'deliveries' && ['search', 'failed'].includes(options.name!),
);

await inLedger(`bench-indexes-${process.pid}`, false, async ({ deliveries: { collection } }) => {
  for (const { keys, options } of indexes)
    for (const round of [1, 2, 3])
      for (const name of ['without', 'with']) {
        await collection.deleteMany({});
        if (name === 'without') await collection.dropIndex(options.name!);
        else await collection.createIndex(keys, options);
        const begun = performance.now();
        for (let from = 0; from < MANY; from += LOT) {
          const ids = Array.from({ length: LOT }, (_, n) => hex('d', from + n));
          await collection.insertMany(ids.map((_id) => sampleDelivery({ _id, createdAt: now })) as never[]);
          for (const status of ['sending', 'sent', 'delivered'])
            await collection.updateMany({ _id: { $in: ids } as never }, { $set: { status, updatedAt: new Date() } });
        }
        print(`round ${round}, ${name.padEnd(7)} "${options.name}": ${MANY} deliveries in ${seconds(begun)} s`);
      }
});
