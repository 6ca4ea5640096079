import type { Consent } from '../../shared/consent-history.ts';
import type { Lookup } from '../../shared/record-access.ts';
import type { Caller, Context } from '../context.ts';
import { done, type Result, refuse } from '../result.ts';
import { type ProfileView, viewProfile } from '../views.ts';
import { type InboxItem, readInbox, visible } from './inbox.ts';
import { type PreferencesView, readPreferencesOf } from './preferences.ts';
import { readTimeline, type TimelineEntry } from './timeline.ts';

export type ConsentView = Omit<Consent, 'subscriberId'>;
/** Who it was stays with the operators of the platform; the person can ask them. */
export type LookupView = Pick<Lookup, 'by' | 'what' | 'at'>;

export type MyRecord = {
  /** Canonical, such as `cpr:...`; null for an officer. */
  nationalNumber: string | null;
  profile: ProfileView;
  preferences: PreferencesView['preferences'];
  noticesHeld: number;
  consents: ConsentView[];
  lookups: LookupView[];
};

export type MyExport = Omit<MyRecord, 'noticesHeld'> & {
  exportedAt: Date;
  notices: (InboxItem & { timeline: TimelineEntry[] })[];
};

const SHOWN = 100;
const ALL = 100_000;
const PAGE = 100;

/** Everything that is held about the caller, but for the notices themselves; histories newest first. */
export async function readMyRecord(context: Context, caller: Caller, most = SHOWN): Promise<Result<MyRecord>> {
  const { subscribers, consents, lookups, ledger } = context;
  const { subscriberId } = caller;
  const subscriber = await subscribers.find(subscriberId);
  const preferences = await readPreferencesOf(context, caller);
  if (!subscriber || !preferences.ok) return refuse('not_registered');
  const [changes, looks, noticesHeld] = await Promise.all([
    consents.list(subscriberId, most),
    lookups.list(subscriberId, most),
    ledger.notifications.countDocuments(visible(context, caller)),
  ]);
  return done({
    nationalNumber: caller.by === 'person' ? caller.subject : null,
    profile: viewProfile(context, caller, subscriber),
    preferences: preferences.value.preferences,
    noticesHeld,
    consents: changes.map(({ subscriberId: _, ...rest }) => rest),
    lookups: looks.map(({ by, what, at }) => ({ by, what, at })),
  });
}

/** All of it in one document that a program can read (GDPR article 20), with every notice and what became of it. */
export async function exportMe(context: Context, caller: Caller): Promise<Result<MyExport>> {
  if (caller.by !== 'person') return refuse('assurance_too_low');
  const record = await readMyRecord(context, caller, ALL);
  if (!record.ok) return record;
  const { noticesHeld: _, ...rest } = record.value;
  return done({ exportedAt: context.now(), ...rest, notices: await allNotices(context, caller) });
}

async function allNotices(context: Context, caller: Caller): Promise<MyExport['notices']> {
  const notices: MyExport['notices'] = [];
  let after: { at: Date; id: string } | null = null;
  for (;;) {
    const page = await readInbox(context, caller, { limit: PAGE, after });
    if (!page.ok) return notices;
    for (const item of page.value.items) {
      const timeline = await readTimeline(context, caller, item.id);
      notices.push({ ...item, timeline: timeline.ok ? timeline.value.entries : [] });
    }
    const last = page.value.items.at(-1);
    if (!page.value.next || !last) return notices;
    after = { at: last.acceptedAt, id: last.id };
  }
}
