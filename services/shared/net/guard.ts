import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The host is inside a network, so a request to it could be made to act there in our name (CWE-918). */
export class NotPublicError extends Error {
  readonly code = 'ENOTPUBLIC';
  readonly retryable = false;
}

/** True for an address of the public internet; false for private, local, shared, mapped or translated ones. */
export const isPublicAddress = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';

/**
 * The endpoint a person's browser gave us, if we may send to it: https on its usual port, without credentials, and no
 * literal address inside a network. `allowPrivate` is for laptops and tests, and also lets http pass.
 */
export const readEndpoint = (given: string, allowPrivate: boolean): URL | null => {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (!url || url.username || url.password) return null;
  if (allowPrivate) return /^https?:$/.test(url.protocol) ? url : null;
  if (url.protocol !== 'https:' || url.port !== '') return null;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(host) && !isPublicAddress(host) ? null : url;
};

/**
 * A look-up of names for connections: it hands on the very addresses it has checked, so that no second answer of the
 * name server can lead elsewhere. One address inside a network spoils the whole name.
 */
export const createPublicLookup =
  (lookup: typeof dns.lookup = dns.lookup): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const inside = error ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
      const [first] = error ? [] : addresses;
      if (error) callback(error, []);
      else if (inside || !first) callback(new NotPublicError('The endpoint is inside a network'), []);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
