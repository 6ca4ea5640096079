import { TemplateError } from './errors.ts';

/** Hosts a link may name: the entity's `linkHosts` and the portal's own host (with its port, if it has one). */
export type LinkHosts = ReadonlySet<string>;

const WRITTEN = /(?:https?:\/\/|www\.)[^\s<>"']+/gi;
const MAYBE = /:\/\/|www\./i;

/**
 * Passes an address that may stand in an official message, unchanged, or throws `bad_link`: http(s), a listed host,
 * no user name, no port of its own, no character that clients read differently (WHATWG URL).
 */
export function checkLink(address: unknown, hosts: LinkHosts, variable: string): string {
  if (typeof address !== 'string') throw new TemplateError('bad_link', `${variable} is not an address`, variable);
  if (!/^https?:\/\//i.test(address) || /[^\x21-\x7E]|[\\<>"`{}|^]/.test(address) || !hostAllowed(address, hosts)) {
    throw new TemplateError('bad_link', `${variable} must be an http(s) address of a listed host`, variable);
  }
  return address;
}

/** Refuses a value that carries a web address of a host that is not listed: phones and mail programs make it a link. */
export function refuseForeignLinks(text: string, hosts: LinkHosts, variable: string): void {
  if (!MAYBE.test(text)) return;
  for (const [found] of text.matchAll(WRITTEN)) {
    const address = found.toLowerCase().startsWith('www.') ? `https://${found}` : found;
    if (!hostAllowed(address, hosts)) {
      throw new TemplateError('bad_link', `${variable} carries the address of a host that is not listed`, variable);
    }
  }
}

function hostAllowed(address: string, hosts: LinkHosts): boolean {
  const url = URL.parse(address);
  return url !== null && url.username === '' && url.password === '' && hosts.has(url.host);
}
