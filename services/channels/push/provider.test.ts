import { afterEach, expect, it } from '@jest/globals';
import webPush from 'web-push';
import { silentLogger as log } from '../../shared/log.ts';
import { createMetrics } from '../../shared/metrics.ts';
import type { StartContext } from '../../shared/run.ts';
import { type HttpFarSide, openHttpFarSide } from '../far-sides/http.ts';
import { snsError, snsReplies } from '../far-sides/sns.ts';
import { sampleRequest } from '../provider.behaviour.ts';
import type { Provider } from '../provider.ts';
import { pushProvider } from './provider.ts';

let far: HttpFarSide;
let provider: Provider;
afterEach(async () => {
  await provider.close();
  await far.stop();
});

it('push to phones stands behind a breaker that gauges and operators see', async () => {
  far = await openHttpFarSide('refuses for good', snsReplies(snsError(503, 'ServiceUnavailable')));
  const keys = webPush.generateVAPIDKeys();
  const metrics = createMetrics();
  const settings = {
    ...{ SNS_REGION: 'me-south-1', SNS_ENDPOINT: far.url, CONCURRENCY_PUSH: 4, PUSH_ALLOW_PRIVATE: false },
    ...{ VAPID_SUBJECT: 'mailto:push@notifyme.example', VAPID_PUBLIC_KEY: keys.publicKey },
    ...{ VAPID_PRIVATE_KEY: keys.privateKey, SNS_FCM_APPLICATION_ARN: '', SNS_APNS_APPLICATION_ARN: '' },
  };
  const controls = { current: async () => [] };
  const context = { settings, metrics, log, controls, clock: () => new Date(), timing: { leaseMs: 120_000 } };
  provider = pushProvider(context as unknown as StartContext);
  for (let n = 0; n < 12; n++) await provider.send(sampleRequest('push'));
  expect(far.taken.length).toBeLessThanOrEqual(10);
  expect(provider.state!()).toMatchObject([{ name: 'sns-push fcm', state: 'open' }]);
  const { values } = await metrics.breakerState.get();
  expect(values).toMatchObject([{ value: 2, labels: { channel: 'push', provider: 'sns-push fcm' } }]);
});
