import { runPipeline } from '../pipeline.ts';
import { median } from '../ratios.ts';
import { withSink } from '../sinks.ts';
import type { Measure } from './measure.ts';

const SHORT = 6_000;
const LONG = 60_000;

/** Whether the platform slows down or fattens as notices pile up: 60,000 in one go against 6,000. */
export const growth: Measure = {
  ratios: ['growth', 'memory-flat', 'memory-mb'],
  inQuick: false,
  run: () =>
    withSink('smtp', 0, async (port) => {
      const run = { channels: ['email' as const], sinks: { smtp: port }, connections: 5 };
      const short = await runPipeline({ ...run, notices: SHORT });
      const long = await runPipeline({ ...run, notices: LONG });
      const most = Object.entries(long.memory).map(
        ([name, mb]) => `${name} ${rise(mb).toFixed(2)}, ${Math.max(...mb)} MB`,
      );
      return {
        values: {
          growth: long.rate / short.rate,
          'memory-flat': Math.max(...Object.values(long.memory).map(rise)),
          'memory-mb': Math.max(...Object.values(long.memory).flat()),
        },
        told: `${SHORT}: ${Math.round(short.rate)}/s, ${LONG}: ${Math.round(long.rate)}/s; ${most.join('; ')}`,
      };
    }),
};

/** The last fifth against the second: the first is warming up. */
function rise(mb: number[]): number {
  const fifth = Math.floor(mb.length / 5);
  return median(mb.slice(-fifth))! / median(mb.slice(fifth, 2 * fifth))!;
}
