import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { newKey, shownKey, signedHeaders } from './sign.ts';

const body = '{"type":"notification.outcome","data":{"name":"نور"}}';
const message = { id: 'n_00112233445566778899aabbccddeeff_0', at: new Date(), body };

describe('signatures by the Standard Webhooks specification', () => {
  it('are accepted by the stock library, on the raw bytes', () => {
    const key = newKey('v1');
    const headers = signedHeaders(message, [key]);
    expect(new Webhook(key).verify(Buffer.from(body), headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(key).verify(Buffer.from(`${body} `), headers)).toThrow('No matching signature');
    expect(() => new Webhook(newKey('v1')).verify(body, headers)).toThrow('No matching signature');
  });

  it('of a rotation are two, and the stock library takes either key', () => {
    const [now, before] = [newKey('v1'), newKey('v1')];
    const headers = signedHeaders(message, [now, before]);
    expect(headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/);
    for (const key of [now, before]) expect(new Webhook(key).verify(body, headers)).toEqual(JSON.parse(body));
  });

  // The example of the specification's reference library in Go, "v1" and "v1a".
  const example = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: new Date(1614265330_000), body: '{"test": 2432232314}' };

  it.each([
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    [
      'whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=',
      'v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==',
    ],
  ])('are those of the reference library for %s', (key, signature) => {
    expect(signedHeaders(example, [key])).toEqual({
      'webhook-id': example.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': signature,
    });
  });

  it('of ed25519 show the public half alone', () => {
    const key = newKey('v1a');
    const shown = shownKey(key) as { publicKey: string };
    expect(shown.publicKey).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify(shown)).not.toContain(key.slice('whsk_'.length));
    expect(shownKey('whsec_abc')).toEqual({ secret: 'whsec_abc' });
  });
});
