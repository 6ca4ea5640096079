import {
  CheckIfPhoneNumberIsOptedOutCommand,
  CreatePlatformApplicationCommand,
  CreatePlatformEndpointCommand,
  SetEndpointAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMoto } from '../../deploy/local/servers/moto.ts';
import { sampleRequest } from '../../services/channels/provider.behaviour.ts';
import type { Provider } from '../../services/channels/provider.ts';
import { createSnsPush } from '../../services/channels/push/sns.ts';
import { createSnsSms } from '../../services/channels/sms/sns.ts';

const region = 'eu-south-2';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** What moto keeps, as `/moto-api/data.json` shows it. */
type Kept = {
  sns: {
    SMS: { message_id: string; phone_number: string; message: string }[];
    PlatformEndpoint: { token: string; messages: Record<string, string> }[];
  };
};

describe('Amazon SNS as moto plays it', () => {
  let moto: { endpoint: string; stop(): Promise<void> };
  let client: SNSClient;
  let sms: Provider;
  let push: Provider;
  let application: string;

  beforeAll(async () => {
    moto = await startMoto();
    const where = { region, credentials, endpoint: moto.endpoint };
    client = new SNSClient(where);
    const made = await client.send(
      new CreatePlatformApplicationCommand({ Name: 'app', Platform: 'GCM', Attributes: {} }),
    );
    application = made.PlatformApplicationArn!;
    sms = createSnsSms(where);
    push = createSnsPush({ ...where, applications: { fcm: application } });
  }, 120_000);
  afterAll(async () => {
    client?.destroy();
    await Promise.all([sms?.close(), push?.close()]);
    await moto?.stop();
  });

  const kept = async (): Promise<Kept['sns']> =>
    ((await (await fetch(`${moto.endpoint}/moto-api/data.json`)).json()) as Kept).sns;
  const register = async (token: string): Promise<string> => {
    const command = new CreatePlatformEndpointCommand({ PlatformApplicationArn: application, Token: token });
    return (await client.send(command)).EndpointArn!;
  };
  const pushTo = (address: object) => push.send(sampleRequest('push', { address: JSON.stringify(address) }));

  it('takes a text and names it', async () => {
    const message = { channel: 'sms', text: 'رخصتك جُددت', segments: 1 } as const;
    const result = await sms.send(sampleRequest('sms', { message }));
    expect(result).toMatchObject({ kind: 'accepted', providerRef: expect.any(String) });
    const { providerRef } = result as { providerRef: string };
    expect((await kept()).SMS).toContainEqual({
      message_id: providerRef,
      phone_number: '+97336001234',
      message: 'رخصتك جُددت',
    });
  });

  it('refuses a number that is not E.164, and the number is given up', async () => {
    expect(await sms.send(sampleRequest('sms', { address: '36001234x' }))).toMatchObject({
      kind: 'refused',
      reason: 'invalid_number',
      contact: 'dead',
    });
  });

  it('takes a text for a number that opted out, which only later shows', async () => {
    const address = '+97336001299';
    const command = new CheckIfPhoneNumberIsOptedOutCommand({ phoneNumber: address });
    expect((await client.send(command)).isOptedOut).toBe(true);
    expect(await sms.send(sampleRequest('sms', { address }))).toMatchObject({ kind: 'accepted' });
  });

  it('pushes to an endpoint', async () => {
    const endpointArn = await register('token-a');
    expect(await pushTo({ endpointArn })).toMatchObject({ kind: 'accepted', providerRef: expect.any(String) });
    const endpoint = (await kept()).PlatformEndpoint.find(({ token }) => token === 'token-a');
    const [message = ''] = Object.values(endpoint?.messages ?? {});
    expect(JSON.parse(JSON.parse(message).GCM).fcmV1Message.message.notification.title).toBe('Licence renewed');
  });

  it('pushes to a token, whether or not its endpoint exists', async () => {
    await register('token-b');
    expect(await pushTo({ platform: 'fcm', token: 'token-b' })).toMatchObject({ kind: 'accepted' });
    expect(await pushTo({ platform: 'fcm', token: 'token-c' })).toMatchObject({ kind: 'accepted' });
  });

  it('C35: gives up an endpoint that was switched off, also by its token', async () => {
    const EndpointArn = await register('token-d');
    await client.send(new SetEndpointAttributesCommand({ EndpointArn, Attributes: { Enabled: 'false' } }));
    const gone = { kind: 'refused', reason: 'endpoint_gone', contact: 'dead' };
    expect(await pushTo({ endpointArn: EndpointArn })).toMatchObject({ ...gone, code: 'EndpointDisabled' });
    expect(await pushTo({ platform: 'fcm', token: 'token-d' })).toMatchObject(gone);
  });

  it('C35: gives up an endpoint that SNS does not know', async () => {
    const endpointArn = (await register('token-e')).replace(/[^/]+$/, 'nobody');
    expect(await pushTo({ endpointArn })).toMatchObject({ kind: 'refused', reason: 'endpoint_gone', contact: 'dead' });
  });
});
