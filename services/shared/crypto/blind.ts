import { createHmac } from 'node:crypto';
import type { Channel } from '../../../contracts/status.ts';
import { type KeyRing, keyObjectOf } from './keyring.ts';

export type Blind = ReturnType<typeof createBlind>;

/**
 * HMAC-SHA-256 blind indexes: look-up by a national number or an address without storing it.
 * A plain hash would not do: nine digits are guessed in seconds.
 */
export function createBlind(ring: KeyRing) {
  const mac = (purpose: string, ...parts: string[]): string =>
    createHmac('sha256', keyObjectOf(ring.blind))
      .update([purpose, ...parts].join('\u0000'))
      .digest('hex')
      .slice(0, 32);
  return {
    /** `s_` + 32 hex digits of a canonical subject such as `cpr:...`. */
    subscriberId: (subject: string): string => `s_${mac('subject', subject)}`,
    /** `c_` + 32 hex digits: one address of one subscriber. */
    contactId: (subscriberId: string, channel: Channel, address: string): string =>
      `c_${mac('contact', subscriberId, channel, address)}`,
    /** `a_` + 32 hex digits: the address itself, whoever holds it. */
    addressId: (channel: Channel, address: string): string => `a_${mac('address', channel, address)}`,
    /** 32 hex digits for any other purpose. */
    token: (purpose: string, ...parts: string[]): string => mac(`token:${purpose}`, ...parts),
  };
}
