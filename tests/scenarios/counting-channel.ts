import { join } from 'node:path';
import type { Lane } from '../../contracts/status.ts';
import type { SendRequest } from '../../services/channels/provider.ts';
import { startChannel } from '../../services/channels/service.ts';
import { createSimulator } from '../../services/channels/simulator.ts';
import { createRenderer } from '../../services/shared/render/index.ts';
import type { Runtime } from '../../services/shared/runtime.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', 'templates');

/** The email worker in this process, with a provider that takes everything at once and only tells of it. */
export function startCountingChannel(runtime: Runtime, lanes: Lane[], onSend: (request: SendRequest) => void) {
  const portal = { name: { en: 'NotifyMe', ar: 'أبلغني' }, host: 'notifyme.bh.example' };
  const provider = {
    name: 'counting',
    channel: 'email' as const,
    async send(request: SendRequest) {
      onSend(request);
      return { kind: 'accepted' as const, providerRef: `ref-${request.deliveryId}`, code: null };
    },
    close: async () => {},
  };
  return startChannel({
    ...runtime,
    ...{
      channel: 'email',
      provider,
      simulator: createSimulator('email'),
      random: Math.random,
      concurrency: 400,
      lanes,
    },
    renderer: createRenderer({ dir: TEMPLATES, catalogue: runtime.catalogue, portal }),
    settleMs: { sms: 60_000, email: 60_000, push: 60_000 },
    unsubscribeUrl: () => 'https://notifyme.bh.example/u/token',
    onCrash: (error) => {
      throw error;
    },
  });
}
