import { signGateway } from '../../shared/gateway-signature.ts';
import { countSegments } from '../../shared/render/segments.ts';
import type { Provider, SendRequest, SendResult } from '../provider.ts';
import { readGatewayAnswer } from './gateway-answers.ts';
import { createGatewayClient } from './gateway-client.ts';

export const SMS_GATEWAY = 'sms-gateway';

export type SmsGatewayOptions = {
  /** Where messages are posted. */
  url: string;
  /** Shared secret that signs every request. */
  key: string;
  /** Where the gateway sends its delivery reports; left out when its operator has set that. */
  callbackUrl?: string;
  /** Longest time for one call, and until its connection stands, in milliseconds; default 10,000 and 3,000. */
  timeoutMs?: number;
  connectTimeoutMs?: number;
  /** Most calls at a time; default 25. */
  maxSockets?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
};

/**
 * SMS by an HTTP gateway as local operators offer it: signed JSON, idempotent by our reference, which is the delivery id
 * on every attempt. `providerRef` is the gateway's own id.
 */
export const createSmsGateway = (options: SmsGatewayOptions): Provider => {
  const { key, callbackUrl, timeoutMs = 10_000, connectTimeoutMs = 3_000, maxSockets = 25, now = Date.now } = options;
  const client = createGatewayClient({ url: new URL(options.url), timeoutMs, connectTimeoutMs, maxSockets });

  const send = async (request: SendRequest): Promise<SendResult> => {
    const body = JSON.stringify(messageOf(request, callbackUrl));
    const call = await client.post(body, () => signGateway(key, body, now()));
    switch (call.kind) {
      case 'answer':
        return readGatewayAnswer(call.answer);
      case 'unsent':
        return { kind: 'retry', reason: 'provider_unavailable', code: call.code };
      case 'lost':
        return { kind: 'unknown', code: call.code };
      default:
        return call satisfies never;
    }
  };
  return { name: SMS_GATEWAY, channel: 'sms', send, close: client.close };
};

const messageOf = ({ message, deliveryId, address, smsSender, ttlSeconds }: SendRequest, callback?: string) => {
  if (message.channel !== 'sms') throw new TypeError(`SMS was asked to send ${message.channel}`);
  const { text } = message;
  const encoding = countSegments(text).encoding === 'GSM-7' ? 'gsm7' : 'ucs2';
  return { reference: deliveryId, to: address, from: smsSender, text, encoding, validity: ttlSeconds, callback };
};
