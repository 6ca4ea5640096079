import { eventually } from '../../../deploy/local/demo/eventually.ts';
import type { Person } from '../../../deploy/local/demo/people.ts';
import { register } from '../../../deploy/local/demo/register.ts';
import { eventFor } from '../../../deploy/local/demo/story.ts';
import { appendAct } from '../../../services/shared/audit/append.ts';
import type { ContactState } from '../../../services/shared/ledger/types.ts';
import { MANDATES, type Mandate } from '../../../services/shared/mandates.ts';
import { invent } from '../../../services/shared/subject/invented.ts';
import type { Stage } from '../e2e/stage.ts';

const EXAMPLES = [
  'sijilat-licence-renewed',
  'health-result-ready',
  'social-decision-issued',
  'ofoq-inspection-required',
];
const STATES: ContactState[] = ['unverified', 'suspect', 'suppressed', 'opted_out', 'taken_over', 'verified'];
const TWO_YEARS_MS = 2 * 366 * 86_400_000;

/** Registers a person with notices of several entities and a contact in every state; gives the subscriber's id. */
export async function furnish(person: Person, stage: Stage): Promise<string> {
  const { runtime, platform, entities } = stage;
  await register(person, platform);
  const subscriberId = runtime.blind.subscriberId(person.subject);
  for (const [number, example] of EXAMPLES.entries()) {
    const scene = { shows: '', example, to: 'noor', way: 'http', id: `${subscriberId}-${example}` } as const;
    await entities.publish(eventFor(scene, person.subject, number), 'http');
  }
  await eventually('every outcome', async () => {
    const done = await runtime.ledger.notifications.countDocuments({ subscriberId, outcomeAt: { $ne: null } });
    // Codes are notices too: one for each contact that was proved.
    return done >= EXAMPLES.length ? true : null;
  });
  await addContacts(subscriberId, stage);
  await addMandate(person, stage);
  return subscriberId;
}

/** One in force, made at a desk, whose delegate has looked at something. */
async function addMandate({ subject }: Person, { runtime: { ledger, sealer, blind } }: Stage): Promise<void> {
  const helper = invent('cpr', 7_500_000);
  const [principalId, delegateId] = [blind.subscriberId(subject), blind.subscriberId(helper)];
  const at = new Date();
  const mandate: Mandate = {
    ...{ _id: `m_${principalId.slice(2)}`, kind: 'guardian', scope: ['notices', 'receive'], invitedBy: 'desk' },
    ...{ principalId, principal: sealer.seal(subject, 'subject'), state: 'active' },
    ...{ delegateId, delegate: sealer.seal(helper, 'subject') },
    ...{ codeEndsAt: at, validUntil: new Date(at.getTime() + TWO_YEARS_MS), createdAt: at, acceptedAt: at },
    ...{ endedAt: null, endedBy: null },
  };
  await ledger.connection.collection<Mandate>(MANDATES).insertOne(mandate);
  const targets = [mandate._id, principalId];
  const made = {
    actor: { id: 's_officer', role: 'desk' },
    act: 'desk_guardian',
    targets,
    reason: 'papers seen',
  } as const;
  const used = { actor: { id: delegateId, role: 'delegate' }, act: 'mandate_used', targets, reason: '' } as const;
  await appendAct(ledger, made);
  await appendAct(ledger, { ...used, details: { how: 'read', page: 'inbox' } });
}

/** The last of them is verified and was not confirmed for too long. */
async function addContacts(subscriberId: string, { runtime: { ledger, sealer } }: Stage): Promise<void> {
  const old = new Date(Date.now() - TWO_YEARS_MS);
  const contacts = STATES.map((state, i) => ({
    id: `c_${String(i).repeat(32)}`,
    channel: 'sms',
    kind: 'mobile',
    address: sealer.seal(`+9733600900${i}`, 'address'),
    state,
    reason: state === 'verified' ? null : 'unverified_contact',
    main: false,
    softBounces: 0,
    verifiedAt: old,
    confirmedAt: old,
    updatedAt: old,
  }));
  await ledger.subscribers.updateOne({ _id: { $eq: subscriberId } }, { $push: { contacts: { $each: contacts } } });
}
