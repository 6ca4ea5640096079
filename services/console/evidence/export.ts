import { actsOn, appendAct } from '../../shared/audit/append.ts';
import type { Catalogue } from '../../shared/catalogue.ts';
import type { Sealer } from '../../shared/crypto/field.ts';
import type { KeyRing } from '../../shared/crypto/keyring.ts';
import type { Ledger } from '../../shared/ledger/index.ts';
import type { Subscriber } from '../../shared/ledger/types.ts';
import type { Looker } from '../look.ts';
import { loadContacts, loadStory } from '../story/load.ts';
import { type Bundle, makeBundle } from './bundle.ts';
import { openingOf, SUBJECT } from './commitment.ts';
import type { SigningKeys } from './keys.ts';
import { digestOf, makeStatement } from './statement.ts';

export type EvidenceDeps = {
  ledger: Ledger;
  catalogue: Catalogue;
  ring: Pick<KeyRing, 'blind'>;
  sealer: Sealer;
  clock: () => Date;
  /** How the outside reaches the service that gives out the public keys. */
  issuer: string;
};

/**
 * The signed evidence of one notice; null when there is no such notice. The export is an act: its record holds the
 * statement's digest and is written before anything is handed out, so that the statement is part of the chain.
 */
export async function exportEvidence(
  noticeId: string,
  looker: Looker,
  { keys, ...deps }: EvidenceDeps & { keys: SigningKeys },
): Promise<Bundle | null> {
  const { ledger, catalogue, clock } = deps;
  const story = await loadStory(ledger, noticeId);
  if (!story) return null;
  const { notification } = story;
  const entry = catalogue.type(notification.type);
  const statement = makeStatement(
    {
      ...{ story, names: { entity: entry?.entity.title, type: entry?.type.title } },
      contacts: await loadContacts(ledger, story),
      subscriber: await ledger.subscribers.findOne({ _id: notification.subscriberId }, 'subject').lean<Subscriber>(),
    },
    { ...deps, now: clock() },
  );
  const acts = await actsOn(ledger, notification._id);
  const record = await writeDown(ledger, 'evidence_export', notification._id, looker, clock(), {
    statement: digestOf(statement),
  });
  const audit = {
    record: JSON.parse(JSON.stringify(record)),
    acts: acts.map(({ _id, at, act, hash }) => ({ seq: _id, at: at.toISOString(), act, hash })).reverse(),
  };
  return makeBundle(statement, audit, keys);
}

/** What opens the commitments of a notice's evidence: by `subject` and by delivery id. An act of its own. */
export async function openEvidence(
  noticeId: string,
  looker: Looker,
  { ledger, ring, clock }: Pick<EvidenceDeps, 'ledger' | 'ring' | 'clock'>,
): Promise<Record<string, string> | null> {
  const story = await loadStory(ledger, noticeId);
  if (!story) return null;
  const { _id } = story.notification;
  await writeDown(ledger, 'evidence_open', _id, looker, clock(), {});
  const opening = (what: string) => [what, openingOf({ noticeId: _id, what }, ring)];
  return Object.fromEntries([opening(SUBJECT), ...story.deliveries.map((one) => opening(one._id))]);
}

const writeDown = (
  ledger: Ledger,
  act: 'evidence_export' | 'evidence_open',
  noticeId: string,
  { by, because }: Looker,
  at: Date,
  details: Record<string, unknown>,
) => appendAct(ledger, { actor: { id: by, role: 'operator' }, act, targets: [noticeId], reason: because, details }, at);
