import { CONSENTS } from '../../shared/consent-history.ts';
import { LOOKUPS } from '../../shared/record-access.ts';
import type { Context } from '../context.ts';
import type { Erasure } from '../store/erasures.ts';

/** Removes the record of a person. Whoever registers again after having asked keeps the new record. */
export async function forgetPerson(context: Context, { _id, askedAt, contactIds }: Erasure): Promise<void> {
  const { ledger } = context;
  const { connection } = ledger;
  const before = { $lte: askedAt };
  await ledger.subscribers.deleteMany({ _id: { $eq: _id }, createdAt: before });
  await ledger.owners.deleteMany({ subscriberId: { $eq: _id }, at: before });
  await connection.collection(CONSENTS).deleteMany({ subscriberId: { $eq: _id }, at: before });
  await connection.collection(LOOKUPS).deleteMany({ subscriberId: { $eq: _id }, at: before });
  await connection.collection<{ _id: string; sentAt: Date }>('codes').deleteMany({
    _id: { $in: contactIds },
    sentAt: before,
  });
  await connection.collection('mandates').deleteMany({
    $or: [{ principalId: { $eq: _id } }, { delegateId: { $eq: _id } }],
    createdAt: before,
  });
  await connection.collection('limits').deleteMany({ key: { $eq: `person:${_id}` } });
  await connection.collection('sessions').deleteMany({
    'session.person.id': { $eq: _id },
    'session.person.beganAt': { $lte: askedAt.getTime() },
  });
}
