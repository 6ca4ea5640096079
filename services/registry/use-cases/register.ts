import type { Contact, Subscriber } from '../../shared/ledger/types.ts';
import { listedFault } from '../../shared/policy/contacts.ts';
import { listedAddresses } from '../../shared/sending/listed.ts';
import type { Caller, Context } from '../context.ts';
import type { ProfileInput } from '../input/profile.ts';
import { done, type Result, refuse } from '../result.ts';
import { type ProfileView, viewProfile } from '../views.ts';
import { noteConsent } from './consent.ts';

/** Registers the caller, or changes what `input` names. */
export async function register(
  context: Context,
  caller: Caller,
  input: ProfileInput,
): Promise<Result<{ created: boolean; profile: ProfileView }>> {
  const created = await saveProfile(context, caller, input);
  const subscriber = await context.subscribers.find(caller.subscriberId);
  if (!subscriber) return refuse('not_registered');
  return done({ created, profile: viewProfile(context, caller, subscriber) });
}

/** What the register holds of the caller. */
export async function readMe(context: Context, caller: Caller): Promise<Result<ProfileView>> {
  const subscriber = await context.subscribers.find(caller.subscriberId);
  return subscriber ? done(viewProfile(context, caller, subscriber)) : refuse('not_registered');
}

/** Where the suppression list keeps something from the caller now: until when, and whether all or only optional notices. */
export type Block = { since: Date; until: Date | null; all: boolean };

/** What the register holds of the caller, with the blocks in force on their contacts, by contact id. */
export async function readWithBlocks(
  context: Context,
  caller: Caller,
): Promise<Result<{ profile: ProfileView; blocks: Map<string, Block> }>> {
  const subscriber = await context.subscribers.find(caller.subscriberId);
  if (!subscriber) return refuse('not_registered');
  const blocks = await blocksOn(subscriber.contacts, context);
  return done({ profile: viewProfile(context, caller, subscriber), blocks });
}

/** Why an operator set a block is not for the person to read. */
async function blocksOn(contacts: Contact[], { ledger, sealer, blind, now }: Context): Promise<Map<string, Block>> {
  const listed = await listedAddresses(ledger, contacts, { sealer, blind });
  return new Map(
    [...listed].flatMap(([id, entry]): [string, Block][] => {
      if (!listedFault(entry, { now: now(), mandatory: false })) return [];
      const all = listedFault(entry, { now: now(), mandatory: true }) !== null;
      return [[id, { since: entry.at, until: entry.until, all }]];
    }),
  );
}

/** Makes sure that the caller has a document; true when it is new. */
export async function saveProfile(context: Context, caller: Caller, input: ProfileInput = {}): Promise<boolean> {
  const now = context.now();
  const changes = Object.keys(input).length > 0 && (await context.subscribers.find(caller.subscriberId)) !== null;
  if (changes) await noteConsent(context, caller, 'profile', input);
  const created = await context.subscribers.save(freshSubscriber(context, caller, now), input, now);
  if (created) await noteConsent(context, caller, 'registered', input);
  context.metrics.registrations.inc({ what: created ? 'registered' : 'profile_saved' });
  return created;
}

function freshSubscriber({ sealer }: Context, caller: Caller, now: Date): Subscriber {
  return {
    _id: caller.subscriberId,
    kind: caller.kind,
    scheme: caller.scheme,
    subject: sealer.seal(caller.subject, 'subject'),
    language: 'ar',
    languageByChannel: {},
    timeZone: 'Asia/Bahrain',
    quietHours: null,
    preferences: [],
    contacts: [],
    createdAt: now,
    updatedAt: now,
  };
}
