import type { TimelineEntry } from '../../use-cases/timeline.ts';
import type { Visit } from '../kit/types.ts';

const TONES: Partial<Record<TimelineEntry['what'], string>> = {
  accepted: 'info',
  read: 'good',
  delivered: 'good',
  sent: 'good',
  failed: 'bad',
  bounced: 'bad',
  expired: 'bad',
};

const DEVICES: Record<string, string> = { browser: 'webpush', 'Android device': 'fcm', 'Apple device': 'apns' };

/** A masked contact that is a device, in the language of the page. */
function deviceOf(to: string | null, { text }: Visit['language']): string | null {
  const kind = to === null ? undefined : DEVICES[to];
  return kind ? text.plain(`contacts.kind.${kind}`) : null;
}

/** An erased delegate has no digits left. */
const delegateRow = (other: string) => ({ key: other ? 'timeline.delegate' : 'timeline.delegateGone', other });

/** What happened to a notice, in words. */
export function timelineRows({ language }: Visit, entries: TimelineEntry[]) {
  return entries.map(({ what, channel, to, reason, at, delegate }) => ({
    key: to && language.text.has(`timeline.${what}.to`) ? `timeline.${what}.to` : `timeline.${what}`,
    channel: channel ?? '',
    to: deviceOf(to, language) ?? to ?? '',
    tone: TONES[what] ?? 'plain',
    reason: reason ? { en: reason.en, ar: reason.ar } : null,
    at,
    delegate: delegate === undefined ? null : delegateRow(delegate.replace('*', '')),
  }));
}
