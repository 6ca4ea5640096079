import { type Ledger, WHOLE } from './ledger/index.ts';

export const MANDATE_KINDS = ['guardian', 'helper', 'representative'] as const;
/** `notices`: read them in the portal; `receive`: get them on one's own contacts as well. */
export const MANDATE_SCOPES = ['notices', 'receive', 'contacts', 'preferences'] as const;
export type MandateKind = (typeof MANDATE_KINDS)[number];
export type MandateScope = (typeof MANDATE_SCOPES)[number];

/** Somebody who may act for somebody else. One side is null until the invitation is accepted. `_id` is `m_` and 32 hex. */
export type Mandate = {
  _id: string;
  kind: MandateKind;
  scope: MandateScope[];
  principalId: string | null;
  delegateId: string | null;
  /** Sealed subjects of the two. */
  principal: string | null;
  delegate: string | null;
  /** `desk`: an officer registered it, having seen the papers. */
  invitedBy: 'principal' | 'delegate' | 'desk';
  state: 'invited' | 'active' | 'revoked';
  /** HMAC of the reference code; gone once it was used. */
  codeHash?: string;
  codeEndsAt: Date;
  /** When it ends by itself; looked at on every use. */
  validUntil: Date;
  createdAt: Date;
  acceptedAt: Date | null;
  endedAt: Date | null;
  endedBy: 'principal' | 'delegate' | 'desk' | null;
};

export const MANDATES = 'mandates';

/** True while the mandate holds: accepted, not revoked, not over. */
export const isInForce = ({ state, validUntil }: Pick<Mandate, 'state' | 'validUntil'>, now: Date): boolean =>
  state === 'active' && validUntil > now;

/** True while its delegate also receives what the principal is sent. */
export const mayReceive = (mandate: Mandate | null | undefined, now: Date): mandate is Mandate =>
  mandate != null && isInForce(mandate, now) && mandate.scope.includes('receive');

type Store = Pick<Ledger, 'connection'>;

/**
 * Who else receives the notices of these people, by principal: one query for all of them. A delegate who holds several
 * mandates of one principal stands there once, by the one that lasts longest.
 */
export async function findReceivers(
  { connection }: Store,
  principalIds: string[],
  now: Date,
): Promise<Map<string, Mandate[]>> {
  if (principalIds.length === 0) return new Map();
  const found = await connection
    .collection<Mandate>(MANDATES)
    .find({ principalId: { $in: principalIds }, state: 'active' })
    .batchSize(WHOLE)
    .toArray();
  const holding = found
    .filter((one) => mayReceive(one, now))
    .sort((a, b) => b.validUntil.getTime() - a.validUntil.getTime() || (a._id < b._id ? -1 : 1));
  const receivers = new Map<string, Mandate[]>();
  for (const one of holding) {
    const mine = receivers.get(one.principalId!) ?? [];
    if (!mine.some(({ delegateId }) => delegateId === one.delegateId)) receivers.set(one.principalId!, [...mine, one]);
  }
  return receivers;
}

/** Mandates by id, as they stand now; one that is gone is not in the answer. Nothing is asked for none. */
export async function findMandates({ connection }: Store, ids: string[]): Promise<Map<string, Mandate>> {
  if (ids.length === 0) return new Map();
  const found = await connection
    .collection<Mandate>(MANDATES)
    .find({ _id: { $in: [...new Set(ids)] } })
    .batchSize(WHOLE)
    .toArray();
  return new Map(found.map((one) => [one._id, one]));
}
