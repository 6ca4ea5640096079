import { gunzipSync } from 'node:zlib';
import {
  CheckIfPhoneNumberIsOptedOutCommand,
  CreatePlatformApplicationCommand,
  CreatePlatformEndpointCommand,
  GetEndpointAttributesCommand,
  ListPhoneNumbersOptedOutCommand,
  OptInPhoneNumberCommand,
  PublishCommand,
  SetEndpointAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createChaos } from '../chaos.ts';
import { listenHttp, readBody } from '../http.ts';
import { createOutbox } from '../outbox.ts';
import { until } from '../until.ts';
import { deliveryRecord } from './fates.ts';
import { createFirehose } from './firehose.ts';
import { startSnsServer } from './server.ts';

type Received = { headers: Record<string, unknown>; body: { requestId: string; records: { data: string }[] } };

let outbox: ReturnType<typeof createOutbox>;
let chaos: ReturnType<typeof createChaos>;
let server: Awaited<ReturnType<typeof startSnsServer>>;
let receiver: Awaited<ReturnType<typeof listenHttp>>;
let client: SNSClient;
let received: Received[];
let answer: (requestId: string, attempt: number) => { status: number; body: string };

beforeEach(async () => {
  received = [];
  answer = (requestId) => ({ status: 200, body: JSON.stringify({ requestId, timestamp: 1 }) });
  receiver = await listenHttp(async (request, response) => {
    const body = JSON.parse((await readBody(request, 1e7))!.toString());
    received.push({ headers: request.headers, body });
    const { status, body: reply } = answer(body.requestId, received.length);
    response.writeHead(status, { 'content-type': 'application/json' }).end(reply);
  }, '127.0.0.1');
  outbox = createOutbox({ keep: true });
  chaos = createChaos();
  server = await startSnsServer({
    host: '127.0.0.1',
    outbox,
    chaos,
    timing: { receiptMs: 0, reportMs: 0, fullMs: 0, slowMs: 300 },
    firehoseAccessKey: 'key-1',
    statusUrl: () => `${receiver.origin}/receipts`,
    log: () => {},
  });
  client = new SNSClient({
    region: 'me-south-1',
    endpoint: server.origin,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.stop();
  await receiver.stop();
});

const text = (PhoneNumber: string, Message = 'Licence renewed', sender = 'Sijilat') =>
  client.send(
    new PublishCommand({
      PhoneNumber,
      Message,
      MessageAttributes: {
        'AWS.SNS.SMS.SenderID': { DataType: 'String', StringValue: sender },
        'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
      },
    }),
  );

const decode = ({ data }: { data: string }) => JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString());
const messages = () => received.flatMap(({ body }) => body.records.map(decode));
const statuses = () =>
  messages()
    .filter((message) => message.messageType === 'DATA_MESSAGE')
    .flatMap(({ logEvents }) => logEvents.map((event: { message: string }) => JSON.parse(event.message)));

describe('texts', () => {
  it('keeps a text as the telephone would show it, Arabic and line breaks included', async () => {
    const { MessageId } = await text('+97336001234', 'رمزك 123456\n@portal.example #123456');
    expect(outbox.sms()).toEqual([
      expect.objectContaining({
        id: MessageId,
        to: '+97336001234',
        sender: 'Sijilat',
        text: 'رمزك 123456\n@portal.example #123456',
        type: 'Transactional',
        parts: 1,
      }),
    ]);
  });

  it('counts the parts of a long Arabic text (TS 23.038: 67 characters a part)', async () => {
    await text('+97336001234', 'م'.repeat(71));
    expect(outbox.sms()[0]?.parts).toBe(2);
  });

  it.each([
    ['97336001234', 'Hello', 'Sijilat'],
    ['+97336001234', '', 'Sijilat'],
    ['+97336001234', 'Hello', '123456'],
    ['+97336001234', 'Hello', 'TwelveLetters'],
  ])('refuses %s %s %s with InvalidParameter', async (number, message, sender) => {
    await expect(text(number, message, sender)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(outbox.counts().sms).toBe(0);
  });

  it('refuses a request that is not signed', async () => {
    const response = await fetch(server.origin, {
      method: 'POST',
      body: 'Action=Publish&PhoneNumber=%2B97336001234&Message=x',
    });
    expect(response.status).toBe(403);
  });
});

describe('delivery status', () => {
  it('arrives in the form of a Data Firehose request that carries CloudWatch Logs messages', async () => {
    const { MessageId } = await text('+97336001234');
    await until(() => statuses().length === 1);
    expect(received[0]?.headers).toMatchObject({
      'x-amz-firehose-access-key': 'key-1',
      'x-amz-firehose-request-id': received[0]?.body.requestId,
      'x-amz-firehose-protocol-version': '1.0',
      'content-type': 'application/json',
    });
    expect(messages()[1]).toMatchObject({
      messageType: 'DATA_MESSAGE',
      logGroup: 'sns/me-south-1/123456789012/DirectPublishToPhoneNumber',
      subscriptionFilters: [expect.any(String)],
    });
    expect(statuses()[0]).toEqual({
      notification: {
        messageId: MessageId,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/),
      },
      delivery: expect.objectContaining({ destination: '+97336001234', mcc: 426, smsType: 'Transactional' }),
      status: 'SUCCESS',
    });
  });

  it.each([
    ['+97336001299', 'Phone number is opted out'],
    ['+97336001298', 'Invalid phone number'],
    ['+97336001297', 'Phone is currently unreachable/unavailable'],
    ['+97336001296', 'Blocked as spam by phone carrier'],
  ])('for %s is FAILURE: %s, in the log group of failures', async (number, providerResponse) => {
    await text(number);
    await until(() => statuses().length === 1);
    expect(statuses()[0]).toMatchObject({ status: 'FAILURE', delivery: { providerResponse } });
    expect(messages().at(-1).logGroup).toMatch(/\/Failure$/);
  });

  it('is sent again with the same request id until the answer repeats that id', async () => {
    answer = (requestId, attempt) =>
      attempt === 1
        ? { status: 503, body: '{}' }
        : { status: 200, body: JSON.stringify({ requestId: attempt === 2 ? 'another' : requestId, timestamp: 1 }) };
    await text('+97336001234');
    await until(() => received.length === 3);
    expect(new Set(received.map(({ body }) => body.requestId)).size).toBe(1);
  });

  it('of 150 texts tells each text once', async () => {
    await Promise.all(Array.from({ length: 150 }, () => text('+97336001234')));
    await until(() => statuses().length === 150);
    expect(new Set(statuses().map((status) => status.notification.messageId)).size).toBe(150);
  });

  it('comes in batches of 100', async () => {
    const url = () => receiver.origin;
    const firehose = createFirehose({ url, accessKey: 'key-1', region: 'me-south-1', log: () => {} });
    const fate = { status: 'SUCCESS', providerResponse: '', optedOut: false } as const;
    for (let n = 0; n < 150; n++) {
      const of = { messageId: `m${n}`, destination: '+97336001234', type: 'Transactional', parts: 1 } as const;
      firehose.add(deliveryRecord({ ...of, fate, publishedAt: 0, now: 1 }), 1);
    }
    await until(() => received.length === 2);
    const sizes = messages().map(({ messageType, logEvents }) => [messageType, logEvents.length]);
    expect(sizes).toEqual([
      ['CONTROL_MESSAGE', 1],
      ['DATA_MESSAGE', 100],
      ['DATA_MESSAGE', 50],
    ]);
    await firehose.stop();
  });
});

it('knows opted-out numbers, lists them and opts them in', async () => {
  const optedOut = async (phoneNumber: string) =>
    (await client.send(new CheckIfPhoneNumberIsOptedOutCommand({ phoneNumber }))).isOptedOut;
  expect(await optedOut('+97336001299')).toBe(true);
  expect(await optedOut('+97336001234')).toBe(false);
  await text('+97336001299');
  expect((await client.send(new ListPhoneNumbersOptedOutCommand({}))).phoneNumbers).toEqual(['+97336001299']);
  await client.send(new OptInPhoneNumberCommand({ phoneNumber: '+97336001299' }));
  expect(await optedOut('+97336001299')).toBe(false);
});

describe('mobile push', () => {
  const endpoint = async (Token: string, CustomUserData?: string) => {
    const application = new CreatePlatformApplicationCommand({ Name: 'portal', Platform: 'GCM', Attributes: {} });
    const { PlatformApplicationArn } = await client.send(application);
    return (await client.send(new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token, CustomUserData })))
      .EndpointArn!;
  };
  const push = (TargetArn: string) =>
    client.send(
      new PublishCommand({
        TargetArn,
        MessageStructure: 'json',
        Message: JSON.stringify({
          default: 'x',
          GCM: JSON.stringify({ fcmV1Message: { message: { notification: { title: 'سجلات', body: 'تم التجديد' } } } }),
        }),
      }),
    );

  it('shows title and body of an FCM message, and gives one ARN a token', async () => {
    const arn = await endpoint('token-1');
    expect(await endpoint('token-1')).toBe(arn);
    await push(arn);
    expect(outbox.push()).toEqual([
      expect.objectContaining({ service: 'gcm', to: arn, title: 'سجلات', body: 'تم التجديد' }),
    ]);
    await expect(endpoint('token-1', 'someone else')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('C35: a token that its platform forgot disables the endpoint, and setting Enabled brings it back', async () => {
    const arn = await endpoint('unregistered-1');
    await push(arn);
    await expect(push(arn)).rejects.toMatchObject({ name: 'EndpointDisabledException' });
    const read = async () => (await client.send(new GetEndpointAttributesCommand({ EndpointArn: arn }))).Attributes;
    expect(await read()).toMatchObject({ Enabled: 'false', Token: 'unregistered-1' });
    await client.send(
      new SetEndpointAttributesCommand({ EndpointArn: arn, Attributes: { Enabled: 'true', Token: 'token-2' } }),
    );
    await push(arn);
    expect(outbox.counts().push).toBe(1);
  });
});

describe('chaos', () => {
  const impatient = (number = '+97336001234') =>
    client.send(new PublishCommand({ PhoneNumber: number, Message: 'x' }), { abortSignal: AbortSignal.timeout(200) });

  it.each([
    ['refuse', 'ServiceUnavailable', 503],
    ['throttle', 'Throttling', 400],
  ] as const)('%s answers %s and stores nothing', async (mode, name, httpStatusCode) => {
    chaos.set('sms', mode);
    await expect(text('+97336001234')).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(outbox.counts().sms).toBe(0);
  });

  it.each([
    ['black-hole', 0],
    ['reset', 0],
    ['slow', 0],
    ['accept-then-timeout', 1],
  ] as const)('C16: %s makes a client of 200 ms fail with %i texts stored by then', async (mode, stored) => {
    chaos.set('sms', mode);
    await expect(impatient()).rejects.toThrow();
    expect(outbox.counts().sms).toBe(stored);
  });

  it('on texts leaves mobile push and other calls alone', async () => {
    chaos.set('sms', 'refuse');
    await expect(
      client.send(new CheckIfPhoneNumberIsOptedOutCommand({ phoneNumber: '+97336001234' })),
    ).resolves.toBeDefined();
  });
});
