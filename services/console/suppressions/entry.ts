import type { AddressFault } from '../../shared/address/canonical.ts';
import { canonicalEmail } from '../../shared/address/email.ts';
import { maskAddress } from '../../shared/address/mask.ts';
import { canonicalMobile } from '../../shared/address/mobile.ts';
import type { Blind } from '../../shared/crypto/blind.ts';
import type { Suppression } from '../../shared/ledger/types.ts';

export const SOURCES = ['operator', 'complaint', 'hard_bounce'] as const satisfies Suppression['source'][];

export type AddressRules = { blind: Blind; servedCountries: string[]; smtpUtf8: boolean };
/** An address that was typed, known from here on by its blind id. */
export type Known = { id: string; channel: Suppression['channel']; masked: string };
export type EntryFault =
  | AddressFault
  | 'unknown_source'
  | 'until_not_valid'
  | 'until_past'
  | 'because_short'
  | 'address_missing';

/** It cannot be put on the list as typed; never carries what was typed. */
export class EntryError extends Error {
  readonly code: EntryFault;
  readonly field: string;
  readonly retryable = false;
  constructor(code: EntryFault, field: string) {
    super(`${field}: ${code}`);
    this.code = code;
    this.field = field;
  }
}

const SHORTEST_BECAUSE = 8;

/** Reads a mobile number or a mail address as the register does. Throws EntryError. */
export function knowAddress(typed: string, { blind, servedCountries, smtpUtf8 }: AddressRules): Known {
  if (typed.trim() === '') throw new EntryError('address_missing', 'address');
  const read = typed.includes('@') ? canonicalEmail(typed, smtpUtf8) : canonicalMobile(typed, servedCountries);
  if (!read.ok) throw new EntryError(read.faults[0]!.code, 'address');
  const { channel, kind, address, identity } = read;
  return { id: blind.addressId(channel, identity), channel, masked: maskAddress(kind, address) };
}

/** Throws EntryError for a reason that will mean nothing later. */
export function checkBecause(because: string): void {
  if (because.trim().length < SHORTEST_BECAUSE) throw new EntryError('because_short', 'because');
}

/** Checks why, by whose word and how long an address is to be suppressed. Throws EntryError. Pure. */
export function readTerms(
  { source, because, until }: { source: string; because: string; until: Date | null },
  now: Date,
): Pick<Suppression, 'source' | 'because' | 'until'> {
  const known = SOURCES.find((one) => one === source);
  if (!known) throw new EntryError('unknown_source', 'source');
  checkBecause(because);
  if (until !== null && Number.isNaN(until.getTime())) throw new EntryError('until_not_valid', 'until');
  if (until !== null && until <= now) throw new EntryError('until_past', 'until');
  return { source: known, because: because.trim(), until };
}
