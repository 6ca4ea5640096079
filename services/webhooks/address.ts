import { readEndpoint } from '../shared/net/guard.ts';

/**
 * The address of an endpoint, if outcomes may be posted to it: https on its usual port, no user name, no literal address
 * inside a network in any spelling (the URL standard turns decimal, octal and hexadecimal ones into dotted form). With
 * `allowPrivate` any https address, and http to this machine alone.
 */
export function readAddress(given: string, allowPrivate: boolean): URL | null {
  const url = readEndpoint(given, allowPrivate);
  if (url?.protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) return null;
  return url;
}
