import type dns from 'node:dns';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { createPublicLookup, isPublicAddress, NotPublicError } from './guard.ts';

export type ConnectorOptions = {
  /** Until the connection stands, in milliseconds. */
  timeoutMs: number;
  /** For laptops and tests: also connect to addresses inside a network. */
  allowPrivate?: boolean;
  /** The resolver; the system's when left out. */
  lookup?: typeof dns.lookup;
};

/**
 * Connects undici only to addresses of the public internet (CWE-918), each resolved once and connected to as checked.
 * A literal address is never looked up, so it is checked here. Fails with NotPublicError before any packet leaves.
 */
export function createPublicConnector({ timeoutMs, allowPrivate = false, lookup }: ConnectorOptions) {
  const connect = buildConnector({
    timeout: timeoutMs,
    ...(allowPrivate ? lookup && { lookup } : { lookup: createPublicLookup(lookup) }),
  });
  const guarded: buildConnector.connector = (target, callback) => {
    const host = target.hostname.replace(/^\[|\]$/g, '');
    if (!allowPrivate && ipaddr.isValid(host) && !isPublicAddress(host))
      return callback(new NotPublicError('The endpoint is inside a network'), null);
    return connect(target, callback);
  };
  return guarded;
}
