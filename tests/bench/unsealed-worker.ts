// `node tests/bench/unsealed-worker.ts <service> [channel ...]`: a service as its main.ts starts it, only without encryption.
import type { Channel } from '../../contracts/status.ts';
import { wireChannels } from '../../services/channels/wire.ts';
import { wireReceipts } from '../../services/receipts/wire.ts';
import { wireRouter } from '../../services/router/wire.ts';
import { runService, type Start } from '../../services/shared/run.ts';
import { UNSEALED } from './unsealed.ts';

const [service = '', ...channels] = process.argv.slice(2);
const wirings: Record<string, Start> = {
  channels: wireChannels(channels as Channel[]),
  receipts: wireReceipts,
  router: wireRouter,
};
await runService(service, (context) => wirings[service]!({ ...context, ...UNSEALED }));
