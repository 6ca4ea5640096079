/** 128 bits: the delivery id is what makes the address unguessable. */
const LOCAL_PART = /^bounce\+(d_[0-9a-f]{32})$/;
const DELIVERY_ID = /^d_[0-9a-f]{32}$/;

export type Verp = { build(deliveryId: string): string; parse(address: string): string | null };

/**
 * Envelope sender of one delivery (variable envelope return path), so that a bounce names the delivery
 * whatever the bouncing server wrote into it.
 * @param deliveryId `d_` and 32 hex digits; anything else is a mistake of ours and throws.
 * @returns `bounce+<deliveryId>@<domain>`, 41 octets before the `@` (RFC 5321 section 4.5.3.1.1 allows 64).
 */
export function build(deliveryId: string, domain: string): string {
  if (!DELIVERY_ID.test(deliveryId)) throw new TypeError('build: not a delivery id');
  return `bounce+${deliveryId}@${domain}`;
}

/**
 * Reads an address made by `build`. Servers on the way may change the case of either part, so both are read
 * without regard to case.
 * @param domain when given, an address of any other domain is none of ours.
 * @returns the delivery id, or null.
 */
export function parse(address: string, domain?: string): string | null {
  const at = address.lastIndexOf('@');
  if (at < 1) return null;
  if (domain !== undefined && address.slice(at + 1).toLowerCase() !== domain.toLowerCase()) return null;
  return LOCAL_PART.exec(address.slice(0, at).toLowerCase())?.[1] ?? null;
}

/** `build` and `parse` bound to one bounce domain. */
export function createVerp(domain: string): Verp {
  return { build: (deliveryId) => build(deliveryId, domain), parse: (address) => parse(address, domain) };
}
