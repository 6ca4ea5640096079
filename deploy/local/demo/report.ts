import { table } from 'table';
import type { Delivery, Notification } from '../../../services/shared/ledger/types.ts';
import type { Platform } from '../platform.ts';
import type { Mishap } from './mishaps.ts';
import { PEOPLE } from './people.ts';
import type { Scene } from './story.ts';

export type Published = { scene: Scene; eventId: string; source: string };
export type Tally = {
  events: number;
  notifications: number;
  deliveries: Record<string, number>;
  lost: number;
  duplicates: number;
  seconds: number;
};

type Books = { notifications: Notification[]; deliveries: Delivery[] };

/** Everything the ledger says, at once: a demo is small. */
export async function readBooks({ host: { runtime } }: Platform): Promise<Books> {
  const { ledger } = runtime;
  const [notifications, deliveries] = await Promise.all([
    ledger.notifications.find().lean<Notification[]>(),
    ledger.deliveries.find().lean<Delivery[]>(),
  ]);
  return { notifications, deliveries };
}

/** One row a scene, then one a mishap. */
export function storyTable(published: Published[], mishaps: Mishap[], books: Books, platform: Platform): string {
  const head = ['shows', 'event', 'to', 'by', 'channels', 'outcome', 'what arrived (SMS, push or subject)'];
  const rows = published.map(({ scene, eventId, source }) => {
    const notification = books.notifications.find(
      (one) => one.eventId === eventId && one.source === source && one.audienceOf === null,
    );
    const to = scene.to === 'audience' ? 'all companies' : `${PEOPLE[scene.to].name} (${PEOPLE[scene.to].language})`;
    return [
      scene.shows,
      scene.example,
      to,
      scene.way,
      channelsOf(notification, books),
      outcomeOf(notification),
      arrived(notification, platform),
    ];
  });
  const wide = (width: number) => ({ width, wrapWord: true });
  const columns = { 0: wide(20), 1: wide(20), 4: wide(34), 5: wide(18), 6: wide(44) };
  const main = table([head, ...rows], { columns });
  const side = table([
    ['shows', 'what was sent', 'what became of it'],
    ...mishaps.map(({ shows, what, result }) => [shows, what, result]),
  ]);
  return `${main}\n${side}`;
}

/** The last line of the demo: counted from the ledger and from what the local providers received. */
export function tally(published: Published[], books: Books, platform: Platform, startedAt: number): Tally {
  const { outbox } = platform.providers;
  const handedOver = books.deliveries.filter(({ sentAt }) => sentAt !== null).length;
  const received = outbox.sms().length + outbox.mail().length + outbox.push().length;
  const done = new Set(
    books.notifications
      .filter(({ outcomeAt }) => outcomeAt !== null)
      .map(({ source, eventId }) => `${source} ${eventId}`),
  );
  const events = new Set(books.notifications.map(({ source, eventId }) => `${source} ${eventId}`));
  return {
    events: events.size,
    notifications: books.notifications.length,
    deliveries: countBy(books.deliveries.map(({ status }) => status)),
    lost: published.filter(({ source, eventId }) => !done.has(`${source} ${eventId}`)).length,
    duplicates: Math.max(0, received - handedOver),
    seconds: Math.round((Date.now() - startedAt) / 100) / 10,
  };
}

function channelsOf(notification: Notification | undefined, { deliveries, notifications }: Books): string {
  if (!notification) return '';
  const spread = notifications.filter(({ audienceOf }) => audienceOf === notification._id);
  if (spread.length > 0) return `${spread.length} people`;
  const mine = deliveries.filter(({ notificationId }) => notificationId === notification._id);
  const tried = mine.map(
    ({ channel, status, reason, language }) =>
      `${channel} ${status}${reason ? ` (${reason})` : ''}${language ? ` ${language}` : ''}`,
  );
  const skipped = notification.decisions
    .filter(({ decision }) => decision === 'skip')
    .map(({ channel, reason }) => `${channel} skipped (${reason})`);
  const waited = notification.decisions
    .filter(({ decision }) => decision === 'defer')
    .map(
      ({ channel, reason, dueAt }) =>
        `${channel} deferred (${reason}) until ${dueAt?.toISOString().slice(11, 19)}Z, then`,
    );
  return [...waited, ...tried, ...skipped].join('\n');
}

const outcomeOf = (notification: Notification | undefined): string =>
  notification ? [notification.status, notification.reason].filter(Boolean).join('\n') : 'none';

/** What a person saw, found by the reference that every message carries. Isolated, so that Arabic stays in its column. */
function arrived(notification: Notification | undefined, { providers: { outbox } }: Platform): string {
  if (!notification) return '';
  const digits = notification._id.slice(2, 10).toUpperCase();
  const reference = `${digits.slice(0, 4)}-${digits.slice(4)}`;
  const text =
    outbox.sms().find((item) => item.text.includes(reference))?.text ??
    outbox.mail().find((item) => item.text.includes(reference))?.subject ??
    outbox.push().find((item) => item.payload.includes(notification._id))?.title;
  return text ? `\u2068${text.replaceAll(/\s+/g, ' ').slice(0, 120)}\u2069` : '';
}

const countBy = (names: string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(names.toSorted(), (name) => name)].map(([name, items]) => [name, items.length]));
