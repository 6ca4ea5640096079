import http from 'node:http';
import { PublishCommand } from '@aws-sdk/client-sns';
import { afterEach, describe, expect, it } from '@jest/globals';
import { listen } from '../far-sides/http.ts';
import { snsResult } from '../far-sides/sns.ts';
import { createSnsCaller, type SnsCaller } from './client.ts';

describe('the SNS client', () => {
  let sns: SnsCaller;
  let stop: () => Promise<void>;
  const open = async (answer: http.RequestListener, timeoutMs = 5_000) => {
    const far = await listen(http.createServer(answer));
    stop = far.stop;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    sns = createSnsCaller({ region: 'me-south-1', endpoint: `http://127.0.0.1:${far.port}`, credentials, timeoutMs });
  };
  const publish = (PhoneNumber: string) =>
    sns.call((client) => client.send(new PublishCommand({ PhoneNumber, Message: 'x' })));
  afterEach(async () => {
    await sns.close();
    await stop();
  });

  it('gives each of many calls at once its own answer, though they share their steps', async () => {
    await open(async (request, response) => {
      const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
      const number = form.get('PhoneNumber') ?? '';
      const reply = snsResult('Publish', `<MessageId>m-${number}</MessageId>`);
      setTimeout(() => response.writeHead(200, reply.headers).end(reply.body), Number(number.slice(-1)) * 5);
    });
    const numbers = Array.from({ length: 40 }, (_, n) => `+973360010${n + 10}`);
    const answers = await Promise.all(numbers.map(publish));
    expect(answers.map((answer) => answer.ok && answer.output.MessageId)).toEqual(numbers.map((one) => `m-${one}`));
  });

  it('ends a call in time whose answer stops in its middle, and nobody knows whether it was sent', async () => {
    await open((_, response) => {
      response.writeHead(200, { 'content-type': 'text/xml', 'content-length': '500' }).write('<PublishResponse>');
    }, 300);
    expect(await publish('+97336001010')).toMatchObject({ ok: false, failure: { kind: 'unknown' } });
  });
});
