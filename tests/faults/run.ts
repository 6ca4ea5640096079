import { parseArgs } from 'node:util';
import { isBroken } from './check.ts';
import { leftTooLate, type PhaseOptions, type PhaseResult, runPhase } from './phase.ts';
import { FAULTS, type FaultName } from './plan.ts';
import { startStage } from './stage.ts';

const usage = `npm run faults [-- --quick] [--seed N] [--faults FAULT[,FAULT]] [--seconds N] [--keep]

The whole pipeline as processes on a broker and a database of its own, while they are killed, paused and cut off.
Faults: ${FAULTS.join(', ')}.
Judged by the ledgers of publisher and providers and by the outcome feed. The last line is JSON; exits 1 when anything was
lost, invented, told twice or out of order, or a dead consumer was not left in time. See docs/faults.md.
`;

const { values } = parseArgs({
  options: {
    ...{ quick: { type: 'boolean' }, help: { type: 'boolean' }, keep: { type: 'boolean' } },
    ...{ seed: { type: 'string' }, faults: { type: 'string' }, seconds: { type: 'string' } },
  },
});

async function runAll(): Promise<number> {
  const begun = Date.now();
  const planned = phases();
  const any = (fault: FaultName) => planned.some(({ faults }) => faults.includes(fault));
  const stage = await startStage({ keep: values.keep, brokers: any('one-of-three') ? 3 : 1, ownDisk: any('disk') });
  if (values.keep) process.stderr.write(`faults: ledgers and logs are in ${stage.folder}\n`);
  try {
    const results: Record<string, PhaseResult> = {};
    let late = false;
    for (const phase of planned) {
      const result = await runPhase(phase, stage);
      results[phase.name] = result;
      late ||= leftTooLate(result, phase.faults);
      process.stdout.write(`${phase.name}: ${JSON.stringify(result)}\n`);
    }
    const broken = late || Object.values(results).some((result) => isBroken(result) || result.slowStops.length > 0);
    const seconds = Math.round((Date.now() - begun) / 1000);
    process.stdout.write(`${JSON.stringify({ ...total(Object.values(results)), seconds, faults: results })}\n`);
    return broken ? 1 : 0;
  } finally {
    await stage.stop();
  }
}

/** Each fault alone, then all of them; only the mixture when it has to be quick. */
function phases(): PhaseOptions[] {
  const seed = Number(values.seed ?? 1);
  const seconds = Number(values.seconds ?? 40);
  const only = values.faults?.split(',') as FaultName[] | undefined;
  const mixed: [string, readonly FaultName[]] = ['mixed', FAULTS];
  const chosen: [string, readonly FaultName[]][] = only
    ? [[only.join('+'), only]]
    : values.quick
      ? [mixed]
      : [...FAULTS.map((fault): [string, FaultName[]] => [fault, [fault]]), mixed];
  return chosen.map(([name, faults], number) => ({
    ...{ name, faults, seconds: name === 'mixed' && !values.quick ? 2 * seconds : seconds },
    ...{ seed: seed + number, drainSeconds: values.quick ? 100 : 120, number: number + 1 },
  }));
}

const SUMS = [
  ...['acknowledged', 'lost', 'phantom', 'duplicates', 'duplicateBound', 'heldTwice', 'orderInversions'],
  ...['outcomesMissing', 'outcomesDouble', 'outcomeRepeats'],
] as const;

const total = (results: PhaseResult[]) =>
  Object.fromEntries(
    SUMS.map((name) => [name, results.reduce((sum, result) => sum + Number(result[name as keyof PhaseResult]), 0)]),
  );

const unknown = values.faults?.split(',').find((name) => !(FAULTS as readonly string[]).includes(name));
if (values.help) process.stdout.write(usage);
else if (unknown !== undefined) {
  process.stderr.write(`There is no fault ${unknown}. There are ${FAULTS.join(', ')}.\n`);
  process.exit(64); // EX_USAGE of sysexits.h
} else process.exit(await runAll());
