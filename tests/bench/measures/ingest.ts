import { freePorts } from '../../../deploy/local/servers/ports.ts';
import { createKeyStore } from '../../../services/shared/keys.ts';
import { FEW_PEOPLE } from '../pipeline.ts';
import { startWorker } from '../processes.ts';
import { openStage, type Stage } from '../stage.ts';
import type { Measure } from './measure.ts';

const CONNECTIONS = { single: 100, batch: 10 };
const BATCH = 100;

/** Events acknowledged over HTTP a second: one a request and a hundred a request, and by the bare handler. */
export const ingest: Measure = {
  ratios: ['ingest-rate', 'ingest-batch'],
  inQuick: true,
  async run({ quick }) {
    const stage = await openStage({ sinks: {}, connections: 5, env: { BOUNCE_PORT: '0' } });
    const seconds = quick ? 5 : 10;
    try {
      const bare = await bareRate(stage, seconds);
      const { url, key } = await startIngest(stage);
      const single = await rateOf(url, key, 'single', seconds);
      const batched = await rateOf(url, key, 'batch', seconds);
      return {
        values: { 'ingest-rate': single / bare, 'ingest-batch': batched / single },
        told: `bare ${Math.round(bare)}/s, ingest ${Math.round(single)}/s, in batches of ${BATCH} ${Math.round(batched)}/s`,
      };
    } finally {
      await stage.close();
    }
  },
};

async function bareRate({ runtime }: Stage, seconds: number): Promise<number> {
  const brokers = runtime.settings.KAFKA_BROKERS.join(',');
  const bare = startWorker('tests/bench/bare-ingest.ts', [brokers, runtime.topics.events('ofoq')]);
  try {
    const port = (await bare.line('port')).split(' ')[1];
    return await rateOf(`http://127.0.0.1:${port}`, 'none', 'single', seconds);
  } finally {
    await bare.stop();
  }
}

async function startIngest(stage: Stage): Promise<{ url: string; key: string }> {
  const { key } = await createKeyStore(stage.runtime).createKey({ entity: 'ofoq', kind: 'live' });
  const [port] = await freePorts(1);
  stage.start('ingest', 'ingest', [], { PORT: String(port) });
  const url = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return { url, key };
    if (Date.now() > end) throw new Error('ingest was not ready within a minute');
  }
}

async function rateOf(url: string, key: string, how: 'single' | 'batch', seconds: number): Promise<number> {
  const numbers = [seconds, CONNECTIONS[how], how === 'batch' ? BATCH : 1, FEW_PEOPLE];
  const publisher = startWorker('tests/bench/publisher.ts', [url, key, `${how}-${Date.now()}`, ...numbers.map(String)]);
  return JSON.parse((await publisher.line('result')).slice('result '.length)).rate;
}
