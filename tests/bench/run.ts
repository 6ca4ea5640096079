import { parseArgs } from 'node:util';
import { startServers } from '../../deploy/local/servers/index.ts';
import { MEASURES } from './measures/index.ts';
import type { Measure, Size } from './measures/measure.ts';
import { judge, RATIOS, type RatioName } from './ratios.ts';
import { chartOf, reportOf, tableOf } from './report.ts';

const usage = `npm run bench [-- --quick] [--only RATIO[,RATIO]] [--notices N] [--tries N]

Measures the ratios of docs/performance.md, three tries each, and judges the medians. --quick takes one small try each and leaves
out what does not fit into three minutes. Progress is on standard error; the last line is JSON. Exit 1 when a ratio fails.
Ratios: ${RATIOS.map(({ name }) => name).join(', ')}.
`;

const { values: asked } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    notices: { type: 'string' },
    tries: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (asked.help) process.stdout.write(usage);
else process.exit(await bench());

async function bench(): Promise<number> {
  const only = asked.only?.split(',');
  const unknown = only?.filter((name) => !RATIOS.some((ratio) => ratio.name === name)) ?? [];
  if (unknown.length > 0) {
    process.stderr.write(`bench: no ratio ${unknown.join(', ')}\n${usage}`);
    return 2;
  }
  const chosen = MEASURES.filter(({ ratios, inQuick }) =>
    only ? ratios.some((name) => only.includes(name)) : inQuick || !asked.quick,
  );
  const servers = await startServers();
  Object.assign(process.env, { KAFKA_BROKERS: servers.kafkaBrokers, MONGODB_URI: servers.mongodbUri });
  try {
    return report(chosen, await measureAll(chosen));
  } finally {
    await servers.stop();
  }
}

async function measureAll(chosen: Measure[]): Promise<Map<RatioName, number[]>> {
  const size: Size = { quick: asked.quick, notices: Number(asked.notices ?? (asked.quick ? 3_000 : 6_000)) };
  const found = new Map<RatioName, number[]>();
  for (const measure of chosen) {
    const tries = Number(asked.tries ?? (asked.quick ? 1 : 3));
    for (let n = 1; n <= tries; n++) {
      const values = await attempt(measure, size, `${measure.ratios.join(' ')} ${n}/${tries}`);
      for (const name of measure.ratios) found.set(name, [...(found.get(name) ?? []), values[name] ?? Number.NaN]);
    }
  }
  return found;
}

/** A measurement that breaks leaves its numbers missing, which fails; the others still run. */
async function attempt({ run }: Measure, size: Size, what: string): Promise<Partial<Record<RatioName, number>>> {
  const startedAt = performance.now();
  try {
    const { values, told } = await run(size);
    const numbers = Object.entries(values).map(([name, value]) => `${name} ${value.toFixed(3)}`);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    process.stderr.write(`bench: ${what}: ${numbers.join(', ')} (${told}; took ${seconds} s)\n`);
    return values;
  } catch (error) {
    process.stderr.write(`bench: ${what}: ${(error as Error).stack}\n`);
    return {};
  }
}

function report(chosen: Measure[], found: Map<RatioName, number[]>): number {
  const measured = new Set(chosen.flatMap(({ ratios }) => ratios));
  const judged = RATIOS.filter(({ name }) => measured.has(name)).map((ratio) =>
    judge(ratio, found.get(ratio.name) ?? []),
  );
  const leftOut = RATIOS.map(({ name }) => name).filter((name) => !measured.has(name));
  const result = reportOf(judged, leftOut, asked.quick);
  process.stdout.write(`${tableOf(judged)}${chartOf(judged)}${JSON.stringify(result)}\n`);
  return result.passed ? 0 : 1;
}
