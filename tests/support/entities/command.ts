import { main } from '../../../bin/program.ts';
import type { Stage } from '../e2e/stage.ts';
import { servers } from '../e2e/stage.ts';

export type Ran = { code: number; out: string; err: string };

/** Runs `notifyme` against a stage's servers, in this process. */
export async function notifyme(stage: Stage, ...args: string[]): Promise<Ran> {
  const said = { out: '', err: '' };
  const { settings } = stage.runtime;
  const env = {
    ...{ KAFKA_BROKERS: servers().kafkaBrokers, MONGODB_URI: servers().mongodbUri, MONGODB_DB: settings.MONGODB_DB },
    ...{ TOPIC_PREFIX: settings.TOPIC_PREFIX, KEYRING_FILE: settings.KEYRING_FILE, TOPIC_PARTITIONS: '1' },
  };
  const out = (text: string) => {
    said.out += text;
  };
  const err = (text: string) => {
    said.err += text;
  };
  const io = { env, out, err, watched: false, paint: (_: string, text: string) => text, clock: () => new Date() };
  const code = await main(args, { ...io, input: async () => '' });
  return { code, ...said };
}
