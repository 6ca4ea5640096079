import type { Channel } from '../../../contracts/status.ts';
import type { Contact } from '../ledger/types.ts';

export type ContactKind = Contact['kind'];

/** One address in the one spelling that is stored, compared and sent to. */
export type CanonicalAddress = {
  ok: true;
  channel: Channel;
  kind: ContactKind;
  /** What is stored (sealed) and handed to providers. */
  address: string;
  /** What makes two spellings the same contact. */
  identity: string;
};

export type AddressFault =
  | 'number_not_valid'
  | 'number_not_mobile'
  | 'number_not_served'
  | 'email_not_valid'
  | 'email_too_long'
  | 'email_local_not_ascii'
  | 'push_not_valid'
  | 'push_keys_not_valid'
  | 'push_service_unknown'
  | 'push_token_not_valid';

/** `pointer` is the place inside the address, empty for the whole. */
export type AddressRefused = { ok: false; faults: { pointer: string; code: AddressFault }[] };

export const refusedAddress = (code: AddressFault, pointer = ''): AddressRefused => ({
  ok: false,
  faults: [{ pointer, code }],
});

/** The identity of an address that was stored before. */
export const identityOf = (kind: ContactKind, address: string): string =>
  kind === 'webpush'
    ? String(JSON.parse(address).endpoint)
    : kind === 'mobile' || kind === 'email'
      ? address
      : `${kind}:${address}`;
