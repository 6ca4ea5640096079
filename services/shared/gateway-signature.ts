import { createHmac, timingSafeEqual } from 'node:crypto';

export const TIMESTAMP_HEADER = 'x-gateway-timestamp';
export const SIGNATURE_HEADER = 'x-gateway-signature';

/** Longest age of a signed message, and the furthest that two clocks may differ, in milliseconds. */
export const GATEWAY_WINDOW_MS = 300_000;

export type GatewayFault = 'bad_signature' | 'stale';

/**
 * The headers that sign a message to or from the SMS gateway: HMAC-SHA256 (RFC 2104) over `<unix seconds>.<body>`, so
 * that neither can be changed and an old message cannot be shown again.
 */
export const signGateway = (key: string, body: string | Buffer, now: number): Record<string, string> => {
  const timestamp = String(Math.floor(now / 1000));
  return { [TIMESTAMP_HEADER]: timestamp, [SIGNATURE_HEADER]: `v1=${mac(key, timestamp, body).toString('hex')}` };
};

/**
 * Why a signed message is not to be believed; null when it is. Every key is tried, also after one fitted, and in
 * constant time, so that the time taken tells nothing. `now` is in milliseconds.
 */
export const checkGateway = (
  keys: readonly string[],
  header: (name: string) => string | undefined,
  body: Buffer,
  now: number,
): GatewayFault | null => {
  const timestamp = header(TIMESTAMP_HEADER) ?? '';
  const [, hex] = /^v1=([0-9a-f]{64})$/.exec(header(SIGNATURE_HEADER) ?? '') ?? [];
  if (hex === undefined || !/^\d{1,12}$/.test(timestamp)) return 'bad_signature';
  const given = Buffer.from(hex, 'hex');
  const known = keys.filter((key) => key !== '').map((key) => timingSafeEqual(mac(key, timestamp, body), given));
  if (!known.includes(true)) return 'bad_signature';
  return Math.abs(now - Number(timestamp) * 1000) > GATEWAY_WINDOW_MS ? 'stale' : null;
};

const mac = (key: string, timestamp: string, body: string | Buffer): Buffer =>
  createHmac('sha256', key).update(`${timestamp}.`, 'utf8').update(body).digest();
