import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type HttpFarSide, openHttpFarSide } from '../far-sides/http.ts';
import { SNS_ACCEPTS, snsError, snsReplies } from '../far-sides/sns.ts';
import { behavesAsProvider, type Mode, sampleRequest } from '../provider.behaviour.ts';
import type { Provider, SendRequest } from '../provider.ts';
import { createSnsSms } from './sns.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const phone = snsError(400, 'InvalidParameter', 'Invalid parameter: PhoneNumber Reason: +97336001234 is not valid');

const openSms = async (mode: Mode, replies = snsReplies(phone)) => {
  const far = await openHttpFarSide(mode, replies);
  const provider = createSnsSms({ region: 'me-south-1', endpoint: far.url, credentials, timeoutMs: 1_500 });
  return { provider, far, handed: () => far.taken.length, stop: far.stop };
};

behavesAsProvider('SMS by SNS', openSms, () => sampleRequest('sms'));

describe('SMS by SNS', () => {
  let far: HttpFarSide;
  let provider: Provider;
  beforeEach(async () => {
    ({ far, provider } = await openSms('accepts'));
  });
  afterEach(async () => {
    await provider.close();
    await far.stop();
  });
  const sent = async (parts: Partial<SendRequest>) => {
    await provider.send(sampleRequest('sms', parts));
    return new URLSearchParams(far.taken.at(-1)?.body.toString());
  };
  const attributesOf = (form: URLSearchParams) =>
    Object.fromEntries(
      [1, 2, 3].flatMap((no) => {
        const entry = `MessageAttributes.entry.${no}`;
        const name = form.get(`${entry}.Name`);
        return name ? [[name, form.get(`${entry}.Value.StringValue`)]] : [];
      }),
    );

  it('publishes the text to the number with the sender of the entity', async () => {
    const form = await sent({ message: { channel: 'sms', text: 'رخصتك جُددت', segments: 1 } });
    expect(form.get('Action')).toBe('Publish');
    expect(form.get('PhoneNumber')).toBe('+97336001234');
    expect(form.get('Message')).toBe('رخصتك جُددت');
    expect(attributesOf(form)).toEqual({
      'AWS.SNS.SMS.SenderID': 'Sijilat',
      'AWS.SNS.SMS.SMSType': 'Transactional',
    });
  });

  it.each([
    ['urgent', false, 'Transactional'],
    ['normal', false, 'Transactional'],
    ['bulk', true, 'Transactional'],
    ['bulk', false, 'Promotional'],
  ] as const)('sends the %s lane (mandatory: %s) as %s', async (lane, mandatory, type) => {
    expect(attributesOf(await sent({ lane, mandatory }))['AWS.SNS.SMS.SMSType']).toBe(type);
  });

  it("hands back SNS's message id", async () => {
    expect(await provider.send(sampleRequest('sms'))).toEqual({ kind: 'accepted', providerRef: 'm-1', code: null });
  });

  it('C06: refuses more than 1,600 characters before asking SNS', async () => {
    const long = (length: number) => ({ message: { channel: 'sms', text: 'م'.repeat(length), segments: 24 } }) as const;
    expect(await provider.send(sampleRequest('sms', long(1601)))).toMatchObject({
      kind: 'refused',
      reason: 'too_large',
      contact: 'keep',
    });
    expect(far.taken).toHaveLength(0);
    expect(await provider.send(sampleRequest('sms', long(1600)))).toMatchObject({ kind: 'accepted' });
  });

  it('keeps its connection for the next message', async () => {
    await provider.send(sampleRequest('sms'));
    await provider.send(sampleRequest('sms'));
    expect(far.taken).toHaveLength(2);
    expect(far.connections()).toBe(1);
  });

  it('takes an answer without a message id for unknown', async () => {
    const replies = { ...snsReplies(phone), accept: { ...SNS_ACCEPTS, body: '<PublishResponse/>' } };
    await provider.close();
    await far.stop();
    ({ far, provider } = await openSms('accepts', replies));
    expect(await provider.send(sampleRequest('sms'))).toMatchObject({ kind: 'unknown' });
  });
});
