import { domainToASCII } from 'node:url';
import { quoteString } from 'nodemailer/lib/mime-funcs';

export type MailAddress = { address: string; needsUtf8: boolean };

/** Longest forward path: RFC 5321, 4.5.3.1.3, without its brackets. */
const LONGEST = 254;

/**
 * The form in which an address goes into the envelope: the domain in ASCII (RFC 5891), the local part as the person
 * gave it, because nothing may downgrade it (RFC 6531, 3.2). Null when it is no address, or could not stay one line.
 */
export const toEnvelope = (input: string): MailAddress | null => {
  const at = input.lastIndexOf('@');
  const local = input.slice(0, at);
  const domain = domainToASCII(input.slice(at + 1));
  if (at < 1 || !domain || !/^[^\s<>,;:\\()@"\p{Cc}\p{Zl}\p{Zp}]+$/u.test(local)) return null;
  // Dots at an end or in a row want quotes (RFC 5321, 4.1.2).
  const address = `${/^\.|\.\.|\.$/.test(local) ? quoteString(local) : local}@${domain}`;
  return Buffer.byteLength(address) > LONGEST ? null : { address, needsUtf8: /[^\p{ASCII}]/u.test(local) };
};
