import { join } from 'node:path';
import type { Channel } from '../../../contracts/status.ts';
import type { Provider } from '../../../services/channels/provider.ts';
import { providerFor } from '../../../services/channels/providers.ts';
import { startChannel } from '../../../services/channels/service.ts';
import { createSimulator } from '../../../services/channels/simulator.ts';
import { createRenderer } from '../../../services/shared/render/index.ts';
import { runService, type Start } from '../../../services/shared/run.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', '..', 'templates');

/** The channel worker of this process with its provider's `send` replaced: a planted fault. */
export async function runBroken(send: (real: Provider) => Provider['send']): Promise<void> {
  const channel = process.argv[2] as Channel;
  const start: Start = async (context) => {
    const { settings, catalogue } = context;
    const portal = { name: { en: 'NotifyMe', ar: 'أبلغني' }, host: settings.PORTAL_HOST };
    const real = providerFor(channel, context);
    return startChannel({
      ...{ ...context, channel, random: Math.random, concurrency: 20, simulator: createSimulator(channel) },
      renderer: createRenderer({ dir: TEMPLATES, catalogue, portal }),
      provider: { ...real, send: send(real) },
      settleMs: { sms: 1_000, email: 1_000, push: 0 },
      unsubscribeUrl: () => 'https://notifyme.bh.example/u/token',
    });
  };
  await runService(`channels-${channel}`, start);
}
