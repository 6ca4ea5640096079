import type { StartContext } from '../../shared/run.ts';
import type { BreakerOptions } from '../failover/breaker.ts';
import { several } from '../failover/several.ts';
import { longestCallMs } from '../lease.ts';
import type { Provider, SendRequest } from '../provider.ts';
import { snsOptions } from '../sns/options.ts';
import { createPerService } from './per-service.ts';
import { createSnsPush } from './sns.ts';
import { isFaultOfPushService } from './statuses.ts';
import { createWebPush, pushServiceOf } from './webpush.ts';

/** Longest time of one call to a push service, in milliseconds. */
const PUSH_TIMEOUT_MS = 10_000;

/** Browsers by Web Push, phones by SNS: which one, the contact's kind says. */
export function pushProvider(context: StartContext): Provider {
  const mobile = mobilePush(context);
  const web = browserPush(context);
  const oneFor = (kind: SendRequest['addressKind']) => (kind === 'webpush' ? web : mobile);
  return {
    name: 'push',
    channel: 'push',
    async send(request) {
      const one = oneFor(request.addressKind);
      return { ...(await one.send(request)), provider: one.name };
    },
    serves: (kind) => [oneFor(kind).name],
    state: () => [...web.state(), ...mobile.state()],
    close: async () => {
      await Promise.all([web.close(), mobile.close()]);
    },
  };
}

/** A breaker for Google's and one for Apple's service: the application of one may be at fault alone. */
function mobilePush(context: StartContext) {
  const { settings, timing } = context;
  const provider = createSnsPush({
    ...snsOptions(settings, settings.CONCURRENCY_PUSH),
    // A token that is new takes two calls.
    timeoutMs: longestCallMs(timing.leaseMs, 2, PUSH_TIMEOUT_MS),
    applications: {
      fcm: settings.SNS_FCM_APPLICATION_ARN || undefined,
      apns: settings.SNS_APNS_APPLICATION_ARN || undefined,
    },
  });
  return createPerService(provider, {
    serviceOf: ({ addressKind }) => addressKind,
    guard: (one) => several(context, pushBehind(one)),
  });
}

/** A breaker for each known push service; any other host is somebody's own, and so are its faults (docs/adr/0026). */
function browserPush(context: StartContext) {
  const { settings, timing } = context;
  const provider = createWebPush({
    vapid: {
      subject: settings.VAPID_SUBJECT,
      publicKey: settings.VAPID_PUBLIC_KEY,
      privateKey: settings.VAPID_PRIVATE_KEY,
    },
    allowPrivate: settings.PUSH_ALLOW_PRIVATE,
    timeoutMs: longestCallMs(timing.leaseMs, 1, PUSH_TIMEOUT_MS),
  });
  return createPerService(provider, {
    serviceOf: ({ address }) => pushServiceOf(address),
    guard: (one) => several(context, pushBehind(one, { isFault: isFaultOfPushService })),
  });
}

/** Never counted as slow beforehand: calls wait for a connection while another service is silent. */
const pushBehind = (provider: Provider, breaker: Partial<BreakerOptions> = {}) => ({
  channel: 'push' as const,
  providers: [{ provider, weight: 1 }],
  breaker: { slowMs: false as const, ...breaker },
});
