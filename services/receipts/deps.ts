import type { Receipt } from '../../contracts/generated/types.ts';
import type { ConsentHistory } from '../shared/consent-history.ts';
import type { Counters } from '../shared/counters/record.ts';
import type { Blind } from '../shared/crypto/blind.ts';
import type { Sealer } from '../shared/crypto/field.ts';
import type { Evidence } from '../shared/evidence/index.ts';
import type { Delivery, Subscriber } from '../shared/ledger/types.ts';
import type { SettleDeps } from './settle.ts';

/** What merging evidence needs from outside. */
export type ReceiptDeps = SettleDeps & {
  sealer: Sealer;
  blind: Pick<Blind, 'addressId' | 'contactId'>;
  consents: Pick<ConsentHistory, 'note'>;
  /** Counts for those who watch; left out where nobody does. */
  counters?: Counters;
};

/** A receipt as it came, with its sealed evidence opened; null when it has none that can be understood. */
export type ReadReceipt = { receipt: Receipt; evidence: Evidence | null };

/** Evidence with the delivery it is about, and whose that is. */
export type Matched = ReadReceipt & { delivery: Delivery; subscriber: Subscriber | null };
