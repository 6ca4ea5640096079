import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { loadCatalogue } from '../../services/shared/catalogue.ts';
import { connectLedger, type Ledger } from '../../services/shared/ledger/index.ts';
import { fillLedger } from './fill.ts';

export type Filled = { ledger: Ledger; many: number; at: Date };

/**
 * Does `measure` in a ledger of as many deliveries as the command line says, on the server of `MONGODB_URI`. Without
 * `--database NAME` nothing is left behind; with it the database stays, so that the next measurement finds it full.
 */
export async function inFilledLedger(fallback: number, measure: (filled: Filled) => Promise<void>): Promise<void> {
  const { values, positionals } = parseArgs({ options: { database: { type: 'string' } }, allowPositionals: true });
  const many = Number(positionals[0] ?? fallback);
  const dbName = values.database ?? `bench-${randomBytes(4).toString('hex')}`;
  await inLedger(dbName, values.database !== undefined, async (ledger) => {
    const begun = performance.now();
    const entities = loadCatalogue().entities.map(({ entity }) => entity);
    const at = await fillLedger(ledger, { entities, all: many }, (done) => {
      if (done % 100_000 === 0) process.stderr.write(`${done} after ${seconds(begun)} s\n`);
    });
    print(`${many} deliveries and notices there after ${seconds(begun)} s`);
    await measure({ ledger, many, at });
  });
}

/** A ledger on the server of `MONGODB_URI`, dropped in the end unless it is kept. */
export async function inLedger(dbName: string, kept: boolean, work: (ledger: Ledger) => Promise<void>): Promise<void> {
  const uri = process.env.MONGODB_URI;
  if (!uri) throw new Error('MONGODB_URI is not set');
  const ledger = await connectLedger({ uri, dbName });
  try {
    await work(ledger);
  } finally {
    if (!kept) await ledger.connection.dropDatabase();
    await ledger.close();
  }
}

/** `rounds`: fewer, for what is slow. */
export type Asked = { what: string; ask: () => Promise<string>; rounds?: number };

/** Asks each so often and prints p50, p95 and p99 in milliseconds, and what the last answer was. */
export async function timeEach(asked: Asked[], rounds: number): Promise<void> {
  for (const { what, ask, rounds: fewer = rounds } of asked) {
    const times: number[] = [];
    let shown = '';
    for (let round = 0; round < fewer; round += 1) {
      const begun = performance.now();
      shown = await ask();
      times.push(performance.now() - begun);
    }
    print([what.padEnd(42), ...[0.5, 0.95, 0.99].map((share) => at(times, share).padStart(8)), shown].join('  '));
  }
}

export const seconds = (since: number): string => ((performance.now() - since) / 1_000).toFixed(1);

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function at(times: number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(1);
}
