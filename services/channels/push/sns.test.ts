import { afterEach, describe, expect, it } from '@jest/globals';
import { type HttpFarSide, openHttpFarSide, type Replies } from '../far-sides/http.ts';
import { SNS_ACCEPTS, snsError, snsReplies, snsResult } from '../far-sides/sns.ts';
import { behavesAsProvider, type Mode, sampleRequest } from '../provider.behaviour.ts';
import type { Provider, SendRequest } from '../provider.ts';
import { createSnsPush, type SnsPushOptions } from './sns.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const arn = 'arn:aws:sns:me-south-1:123456789012:endpoint/GCM/app/1';
const applications = { fcm: 'arn:aws:sns:me-south-1:123456789012:app/GCM/app' };
const disabled = snsError(400, 'EndpointDisabled', 'Endpoint is disabled');

let far: HttpFarSide;
const openPush = async (mode: Mode, replies = snsReplies(disabled), options: Partial<SnsPushOptions> = {}) => {
  far = await openHttpFarSide(mode, replies);
  const where = { region: 'me-south-1', endpoint: far.url, credentials, applications };
  const provider = createSnsPush({ ...where, timeoutMs: 1_500, ...options });
  return { provider, handed: () => far.taken.length, stop: far.stop };
};

behavesAsProvider('push by SNS', openPush, () => sampleRequest('push'));

describe('push by SNS', () => {
  let provider: Provider;
  const start = async (mode: Mode = 'accepts', replies?: Replies, options?: Partial<SnsPushOptions>) => {
    ({ provider } = await openPush(mode, replies, options));
  };
  afterEach(async () => {
    await provider.close();
    await far.stop();
  });
  const send = (parts: Partial<SendRequest> = {}) => provider.send(sampleRequest('push', parts));
  const forms = () => far.taken.map(({ body }) => new URLSearchParams(body.toString()));
  const sent = async (parts: Partial<SendRequest> = {}) => {
    expect(await send(parts)).toMatchObject({ kind: 'accepted' });
    const form = forms().at(-1)!;
    return { form, message: JSON.parse(form.get('Message')!) as Record<string, string> };
  };
  const byToken = { address: 'device-token', addressKind: 'fcm' as const };

  it('speaks FCM v1 to an Android device', async () => {
    await start();
    const { form, message } = await sent();
    expect(form.get('TargetArn')).toBe(arn);
    expect(form.get('MessageStructure')).toBe('json');
    expect(Object.keys(message)).toEqual(['default', 'GCM']);
    const id = 'n_fedcba9876543210fedcba9876543210';
    expect(JSON.parse(message.GCM!)).toEqual({
      fcmV1Message: {
        message: {
          notification: { title: 'Licence renewed', body: 'Your licence 123 is renewed.' },
          data: { notificationId: id, lang: 'en', dir: 'ltr' },
          android: { ttl: '3600s', collapse_key: id, priority: 'HIGH', notification: { tag: id } },
        },
      },
    });
  });

  it('speaks APNs to an Apple device, with its headers as attributes', async () => {
    await start();
    const { form, message } = await sent({ addressKind: 'apns', lane: 'bulk' });
    expect(JSON.parse(message.APNS!).aps.alert).toEqual({
      title: 'Licence renewed',
      body: 'Your licence 123 is renewed.',
    });
    expect(message.APNS_SANDBOX).toBe(message.APNS);
    const text = form.toString();
    const names = [...text.matchAll(/entry\.(\d)\.Name=([\w.]+)/g)].map(([, no, name]) => [
      name,
      form.get(`MessageAttributes.entry.${no}.Value.StringValue`),
    ]);
    expect(Object.fromEntries(names)).toEqual({
      'AWS.SNS.MOBILE.APNS.TTL': '3600',
      'AWS.SNS.MOBILE.APNS_SANDBOX.TTL': '3600',
      'AWS.SNS.MOBILE.APNS.COLLAPSE_ID': 'n_fedcba9876543210fedcba9876543210',
      'AWS.SNS.MOBILE.APNS.PUSH_TYPE': 'alert',
      'AWS.SNS.MOBILE.APNS.PRIORITY': '5',
    });
  });

  it.each(['fcm', 'apns'] as const)('keeps within the 4,096 bytes of %s, cutting whole characters', async (kind) => {
    await start();
    const body = 'رخصتك جُدِّدَت '.repeat(400);
    const message = { channel: 'push', title: 'T', body } as const;
    const payload = (await sent({ addressKind: kind, language: 'ar', message })).message[
      kind === 'fcm' ? 'GCM' : 'APNS'
    ]!;
    expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(payload)).toBeGreaterThan(4096 - 64);
    expect(payload).toContain('…');
  });

  it.each([
    [disabled],
    [snsError(404, 'NotFound', 'Endpoint does not exist')],
    [snsError(400, 'InvalidParameter', 'Invalid parameter: TargetArn Reason: No endpoint found for the target')],
  ])('C35: gives up an endpoint that is gone (%#)', async (refuse) => {
    await start('refuses for good', snsReplies(refuse));
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'endpoint_gone', contact: 'dead' });
  });

  it('C35: keeps the endpoint when only the message is refused', async () => {
    await start(
      'refuses for good',
      snsReplies(snsError(400, 'InvalidParameter', 'Invalid parameter: Message too long')),
    );
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'too_large', contact: 'keep' });
  });

  it('registers a token once, and then knows its endpoint', async () => {
    const created = snsResult('CreatePlatformEndpoint', `<EndpointArn>${arn}</EndpointArn>`);
    const replies = { ...snsReplies(disabled), accept: created };
    await start('accepts', replies);
    expect(await send(byToken)).toMatchObject({ kind: 'unknown' });
    replies.accept = SNS_ACCEPTS;
    expect(await send(byToken)).toMatchObject({ kind: 'accepted', providerRef: 'm-1' });
    expect(forms().map((form) => [form.get('Action'), form.get('Token'), form.get('TargetArn')])).toEqual([
      ['CreatePlatformEndpoint', 'device-token', null],
      ['Publish', null, arn],
      ['Publish', null, arn],
    ]);
  });

  it('finds the endpoint of a token that was registered with other attributes', async () => {
    const known = `Invalid parameter: Token Reason: Endpoint ${arn} already exists with the same Token`;
    const replies = snsReplies(snsError(400, 'InvalidParameter', known));
    await start('refuses for good', replies);
    await send(byToken);
    expect(forms().map((form) => form.get('TargetArn'))).toEqual([null, arn]);
  });

  it('may register again when it is not known how registering ended, since nothing was sent', async () => {
    await start('times out after it may have accepted');
    expect(await send(byToken)).toMatchObject({ kind: 'retry', reason: 'provider_unavailable' });
  });

  it('names a platform without an application as ours to mend', async () => {
    await start('accepts', undefined, { applications: {} });
    expect(await send(byToken)).toMatchObject({ kind: 'retry', reason: 'provider_misconfigured' });
  });

  it.each(['{not json', '', '{}', '{"platform":"sms","token":"x"}', '{"platform":"fcm","token":""}'])(
    'gives up an address that nobody can send to: %s',
    async (address) => {
      await start();
      expect(await send({ address })).toMatchObject({ kind: 'refused', reason: 'endpoint_gone', contact: 'dead' });
      expect(far.taken).toHaveLength(0);
    },
  );
});
