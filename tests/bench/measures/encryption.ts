import { runPipeline } from '../pipeline.ts';
import { withSink } from '../sinks.ts';
import type { Measure } from './measure.ts';

/** The pipeline as it is against one whose sealers seal nothing (../unsealed.ts). On the way of a notice there is no audit. */
export const encryption: Measure = {
  ratios: ['encryption'],
  inQuick: false,
  run: ({ notices }) =>
    withSink('smtp', 0, async (port) => {
      const run = { channels: ['email' as const], notices, sinks: { smtp: port }, connections: 5 };
      const off = await runPipeline({ ...run, unsealed: true });
      const on = await runPipeline(run);
      return {
        values: { encryption: on.rate / off.rate },
        told: `on ${Math.round(on.rate)}/s, off ${Math.round(off.rate)}/s`,
      };
    }),
};
