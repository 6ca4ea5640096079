import { runPipeline } from '../pipeline.ts';
import { withSink } from '../sinks.ts';
import type { Measure } from './measure.ts';

/** So many mails at once a worker, 100 ms each: 100 a second, far below what the processors could do. */
const CONNECTIONS = 10;
const ANSWER_MS = 100;

/**
 * Two channel workers against one when the relay, not the processor, is what they wait for. Each has as many notices, so
 * that both runs take as long and what the last chunk costs weighs the same.
 */
export const twoWorkers: Measure = {
  ratios: ['two-workers'],
  inQuick: true,
  run: ({ quick }) =>
    withSink('smtp', ANSWER_MS, async (port) => {
      const rateOf = async (channelWorkers: number, notices: number) => {
        const run = { channels: ['email' as const], notices, sinks: { smtp: port }, connections: CONNECTIONS };
        return (await runPipeline({ ...run, channelWorkers })).rate;
      };
      const each = quick ? 1_000 : 6_000;
      const one = await rateOf(1, each);
      const two = await rateOf(2, 2 * each);
      return { values: { 'two-workers': two / one }, told: `one ${Math.round(one)}/s, two ${Math.round(two)}/s` };
    }),
};
