import type { Delivery } from './ledger/types.ts';

/** Whose contact a delivery goes to: the delegate's, where one also receives, else that of the person it is for. */
export const recipientOf = ({ delegateId, subscriberId }: Pick<Delivery, 'delegateId' | 'subscriberId'>): string =>
  delegateId ?? subscriberId;
