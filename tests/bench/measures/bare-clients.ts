import type { Channel } from '../../../contracts/status.ts';
import { runPipeline } from '../pipeline.ts';
import { startWorker } from '../processes.ts';
import type { RatioName } from '../ratios.ts';
import { withSink } from '../sinks.ts';
import type { Measure } from './measure.ts';

const CONNECTIONS = 5;

/** The pipeline against the bare client, one after the other to the same sink, so that both see the same machine. */
export const againstBareClient = (channel: 'email' | 'sms'): Measure => ({
  ratios: [`${channel}-rate`, `${channel}-cpu`],
  inQuick: true,
  run: ({ notices }) =>
    withSink(kindOf(channel), 0, async (port) => {
      const bare = await runBare(channel, port, notices);
      const sinks = { [kindOf(channel)]: port };
      const ours = await runPipeline({ channels: [channel], notices, sinks, connections: CONNECTIONS });
      const each = Object.entries(ours.perProcess).map(([name, ms]) => `${name} ${ms.toFixed(2)}`);
      return {
        values: { [`${channel}-rate`]: ours.rate / bare.rate, [`${channel}-cpu`]: ours.cpuMs / bare.cpuMs } as Partial<
          Record<RatioName, number>
        >,
        told:
          `bare ${Math.round(bare.rate)}/s with ${bare.cpuMs.toFixed(2)} ms CPU each, ` +
          `pipeline ${Math.round(ours.rate)}/s with ${ours.cpuMs.toFixed(2)} ms (${each.join(', ')})`,
      };
    }),
});

const kindOf = (channel: Channel) => (channel === 'email' ? 'smtp' : 'sns');

async function runBare(channel: Channel, port: number, notices: number): Promise<{ rate: number; cpuMs: number }> {
  const client = startWorker('tests/bench/bare.ts', [kindOf(channel), ...[port, notices, CONNECTIONS].map(String)]);
  return JSON.parse((await client.line('result')).slice('result '.length));
}
