import { runPipeline } from '../pipeline.ts';
import { NEVER_MS, withSink } from '../sinks.ts';
import type { Measure } from './measure.ts';

/** One process sends mail and texts. How fast the mail goes when nobody answers the texts, against when all is well. */
export const blackHole: Measure = {
  ratios: ['black-hole'],
  inQuick: false,
  run: async ({ notices }) => {
    const healthy = await emailRate(notices, 0);
    const holed = await emailRate(notices, NEVER_MS);
    return {
      values: { 'black-hole': holed / healthy },
      told: `mail ${Math.round(healthy)}/s beside answered texts, ${Math.round(holed)}/s beside unanswered ones`,
    };
  },
};

const emailRate = (notices: number, snsMs: number): Promise<number> =>
  withSink('smtp', 0, (smtp) =>
    withSink('sns', snsMs, async (sns) => {
      const run = { channels: ['email', 'sms'] as ('email' | 'sms')[], sinks: { smtp, sns }, connections: 5 };
      return (await runPipeline({ ...run, notices: notices * 2, counted: 'email' })).rate;
    }),
  );
