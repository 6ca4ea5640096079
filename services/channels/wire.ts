import { join } from 'node:path';
import type { Channel } from '../../contracts/status.ts';
import { createCourtesy } from '../shared/courtesy.ts';
import { createRenderer } from '../shared/render/index.ts';
import { consumerCheck, type Start, type StartContext } from '../shared/run.ts';
import type { Settings } from '../shared/settings.ts';
import { createUnsubscribeToken } from '../shared/unsubscribe.ts';
import { publishHealth } from './health.ts';
import { providerFor } from './providers.ts';
import { startChannel } from './service.ts';
import { createSimulator } from './simulator.ts';
import { createTestOutbox } from './test-outbox.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', 'templates');

/** The channel workers in a process: all channels, or the named ones. */
export const wireChannels =
  (channels: readonly Channel[]): Start =>
  async (context) => {
    const { settings } = context;
    const portal = { name: { en: settings.PORTAL_NAME_EN, ar: settings.PORTAL_NAME_AR }, host: settings.PORTAL_HOST };
    const renderer = createRenderer({ dir: TEMPLATES, catalogue: context.catalogue, portal });
    const courtesy = createCourtesy();
    const options = channels.map((channel) => ({ ...optionsFor(channel, renderer, context), courtesy }));
    const services = await Promise.all(options.map(startChannel));
    const standings = publishHealth(
      options.map(({ provider }) => provider),
      context,
    );
    return {
      checks: services.flatMap(({ consumers }) => consumers.map(({ name, consumer }) => consumerCheck(name, consumer))),
      async stop() {
        await Promise.all([standings.stop(), ...services.map((service) => service.stop())]);
      },
    };
  };

function optionsFor(channel: Channel, renderer: ReturnType<typeof createRenderer>, context: StartContext) {
  const { settings, ring } = context;
  return {
    ...context,
    channel,
    renderer,
    provider: providerFor(channel, context),
    simulator: createSimulator(channel, createTestOutbox(settings.TEST_OUTBOX_URL)),
    random: Math.random,
    digestFrom: settings.DIGEST_FROM,
    concurrency: concurrencyOf(channel, settings),
    settleMs: {
      sms: settings.SETTLE_SMS_SECONDS * 1000,
      email: settings.SETTLE_EMAIL_SECONDS * 1000,
      push: settings.SETTLE_PUSH_SECONDS * 1000,
    },
    unsubscribeUrl: (subscriberId: string, entity: string, category: string) =>
      new URL(
        `/v1/unsubscribe/${createUnsubscribeToken(ring, { subscriberId, entity, category })}`,
        settings.PUBLIC_URL,
      ).href,
  };
}

const concurrencyOf = (channel: Channel, settings: Settings): number =>
  ({ sms: settings.CONCURRENCY_SMS, email: settings.CONCURRENCY_EMAIL, push: settings.CONCURRENCY_PUSH })[channel];
