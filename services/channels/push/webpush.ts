import { readEndpoint } from '../../shared/net/guard.ts';
import type { Provider, SendRequest, SendResult } from '../provider.ts';
import { ofStranger } from './statuses.ts';
import { encryptFor, readSubscription, topicOf } from './subscription.ts';
import { createTransport, type TransportOptions } from './transport.ts';
import { createVapid, type VapidKeys } from './vapid.ts';

export type WebPushOptions = TransportOptions & {
  vapid: VapidKeys;
  /** Hosts of known push services, each with the hosts below it: only these count as the provider. */
  pushServices?: string[];
};

const PUSH_SERVICES = ['fcm.googleapis.com', 'push.services.mozilla.com', 'push.apple.com', 'notify.windows.com'];

/**
 * Web Push (RFC 8030) with VAPID (RFC 8292) to the endpoint that a browser gave. `providerRef` is the message's
 * Topic, the same on every attempt, so that a repeat replaces what the device has not seen yet.
 */
export const createWebPush = (options: WebPushOptions): Provider => {
  const { allowPrivate = false, pushServices = PUSH_SERVICES } = options;
  const vapid = createVapid(options.vapid);
  const transport = createTransport(options);

  const send = async (request: SendRequest): Promise<SendResult> => {
    const subscription = readSubscription(request.address);
    const url = subscription && readEndpoint(subscription.endpoint, allowPrivate);
    if (!subscription) return { kind: 'refused', reason: 'endpoint_gone', code: 'ESUBSCRIPTION', contact: 'dead' };
    if (!url) return { kind: 'refused', reason: 'provider_refused', code: 'ENOTPUBLIC', contact: 'keep' };
    const message = encryptFor(subscription, request);
    if ('kind' in message) return message;
    const headers = { ...message.headers, Authorization: vapid(url.origin) };
    const answer = await transport.post(url, { ...message, headers });
    if (answer.kind === 'accepted') return { ...answer, providerRef: topicOf(request.notificationId) };
    return isAmong(pushServices, url.hostname) ? answer : ofStranger(answer);
  };

  return { name: 'webpush', channel: 'push', send, close: transport.close };
};

/** Host of the known push service that a browser's address leads to; null for any other host. */
export const pushServiceOf = (address: string, services = PUSH_SERVICES): string | null => {
  const url = readUrl(address);
  return url && isAmong(services, url.hostname) ? url.host : null;
};

const readUrl = (address: string): URL | null => {
  try {
    return new URL(JSON.parse(address).endpoint);
  } catch {
    return null;
  }
};

const isAmong = (services: string[], host: string): boolean =>
  services.some((service) => host === service || host.endsWith(`.${service}`));
