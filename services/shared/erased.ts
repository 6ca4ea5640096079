import type { Delivery } from './ledger/types.ts';

/** Stands in the place of a person who had their record erased; the same for all, so that nothing joins their notices. */
export const ERASED_SUBSCRIBER = `s_${'0'.repeat(32)}`;
export const ERASED_CONTACT = `c_${'0'.repeat(32)}`;

/** True for a delivery whose person is erased: nothing that names them may be kept with it any more. */
export const isErased = ({ subscriberId }: Pick<Delivery, 'subscriberId'>): boolean =>
  subscriberId === ERASED_SUBSCRIBER;
