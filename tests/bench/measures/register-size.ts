import { FEW_PEOPLE, runPipeline } from '../pipeline.ts';
import { withSink } from '../sinks.ts';
import type { Measure } from './measure.ts';

const MANY_PEOPLE = 1_600_000;

/** A whole country registered, against a hundredth of it. Filling in takes most of the time. */
export const registerSize: Measure = {
  ratios: ['register-size'],
  inQuick: false,
  run: ({ notices }) =>
    withSink('smtp', 0, async (port) => {
      const run = { channels: ['email' as const], notices: notices * 3, sinks: { smtp: port }, connections: 5 };
      const few = await runPipeline({ ...run, people: FEW_PEOPLE });
      const many = await runPipeline({ ...run, people: MANY_PEOPLE });
      return {
        values: { 'register-size': many.rate / few.rate },
        told: `${FEW_PEOPLE} people: ${Math.round(few.rate)}/s, ${MANY_PEOPLE}: ${Math.round(many.rate)}/s`,
      };
    }),
};
