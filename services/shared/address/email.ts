import { domainToASCII } from 'node:url';
import { withoutInvisible } from '../subject/digits.ts';
import { type AddressRefused, type CanonicalAddress, refusedAddress } from './canonical.ts';

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\p{L}\\p{N}\\p{M}-]+";
const LOCAL = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`, 'u');
const DOMAIN = /^[\p{L}\p{N}\p{M}-]+(\.[\p{L}\p{N}\p{M}-]+)+$/u;
const LABELS = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * A mail address in its stored form: NFC, lower case, domain in punycode (RFC 5891), plus tag kept.
 *
 * Case folding of the local part makes `Noor@` and `noor@` one person; RFC 5321 would allow a server to tell them
 * apart, none of note does. Comments and quoted local parts are refused. A non-ASCII local part has no ASCII form
 * (RFC 6531), so it is taken only when the relay offers SMTPUTF8.
 */
export function canonicalEmail(text: string, smtpUtf8: boolean): CanonicalAddress | AddressRefused {
  if (text.length > 1000) return refusedAddress('email_too_long');
  const typed = withoutInvisible(text).trim().normalize('NFC');
  const at = typed.lastIndexOf('@');
  const local = typed.slice(0, Math.max(at, 0)).toLowerCase();
  const domain = asciiDomain(typed.slice(at + 1));
  if (!LOCAL.test(local) || domain === null) return refusedAddress('email_not_valid');
  if (!smtpUtf8 && !isAscii(local)) return refusedAddress('email_local_not_ascii');
  const address = `${local}@${domain}`;
  // Octets: local part 64, whole address 254 (RFC 5321, 4.5.3.1.1 and 4.5.3.1.3 less the angle brackets).
  if (Buffer.byteLength(local) > 64 || Buffer.byteLength(address) > 254) return refusedAddress('email_too_long');
  return { ok: true, channel: 'email', kind: 'email', address, identity: address };
}

const isAscii = (text: string): boolean => /^[\x21-\x7e]*$/.test(text);

function asciiDomain(text: string): string | null {
  if (!DOMAIN.test(text)) return null;
  const domain = domainToASCII(text.toLowerCase());
  return LABELS.test(domain) ? domain : null;
}
