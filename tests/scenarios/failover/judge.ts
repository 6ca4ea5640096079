import type { Delivery, Notification } from '../../../services/shared/ledger/types.ts';
import type { Published } from './load.ts';
import type { Stage } from './stage.ts';

/** One text or mail of the run, with when its event was published. */
export type Sent = {
  phase: string;
  kind: Published['kind'];
  channel: string;
  status: string;
  /** Who took it in the end. */
  by: string | null;
  /** Seconds from publishing to hand-over; null when nobody took it. */
  seconds: number | null;
  /** Milliseconds since the epoch. */
  sentAt: number | null;
  /** Somebody may have taken it, and we shall never know. */
  inDoubt: boolean;
  providers: string[];
};

/** Everything that was published, as the ledger tells it. */
export async function readSent({ platform }: Stage, published: Published[]): Promise<Sent[]> {
  const { ledger } = platform.host.runtime;
  const byEvent = new Map(published.map((one) => [one.eventId, one]));
  const notices = await ledger.notifications.find({ eventId: { $in: [...byEvent.keys()] } }).lean<Notification[]>();
  const byNotice = new Map(notices.map(({ _id, eventId }) => [_id, byEvent.get(eventId)!]));
  const deliveries = await ledger.deliveries
    .find({ notificationId: { $in: [...byNotice.keys()] }, channel: { $in: ['sms', 'email'] } })
    .lean<Delivery[]>();
  return deliveries.map(({ notificationId, channel, status, provider, sentAt, attempts }) => {
    const { phase, kind, at } = byNotice.get(notificationId)!;
    return {
      ...{ phase, kind, channel, status, by: sentAt ? provider : null },
      seconds: sentAt ? (sentAt.getTime() - at) / 1000 : null,
      sentAt: sentAt?.getTime() ?? null,
      inDoubt: attempts.some(({ result }) => result === 'unknown'),
      providers: attempts.map((attempt) => attempt.provider),
    };
  });
}

/** Mails in a second. */
export type MailRate = { handedOver: number; published: number };

/** How far mail kept up with what was published; more than all is what had waited from before. */
const keptUp = ({ handedOver, published }: MailRate): number => Math.min(1, handedOver / published);

export type Verdict = { what: string; value: number | string; wanted: string; ok: boolean };

/** What the scenario promises, against what the run shows. Times in seconds, shares between 0 and 1. */
export function judge(
  sent: Sent[],
  emailRates: { normal: MailRate; dark: MailRate },
  backShare: number,
  doubled: number,
) {
  const texts = sent.filter(({ channel }) => channel === 'sms');
  const dark = texts.filter(({ phase }) => phase === 'dark');
  const codes = dark.filter(({ kind }) => kind === 'code');
  const sure = dark.filter(({ inDoubt }) => !inDoubt);
  const doubtful = texts.filter(({ inDoubt }) => inDoubt);
  const slowest = (items: Sent[]) => Math.max(0, ...items.map(({ seconds }) => seconds ?? Number.POSITIVE_INFINITY));
  const mails = sent.filter(({ channel }) => channel === 'email');
  const ratio = keptUp(emailRates.dark) / keptUp(emailRates.normal);
  const verdicts: Verdict[] = [
    verdict('slowest code while the first is dark, s', slowest(codes), '≤ 30', (value) => value <= 30),
    verdict('slowest text that the first never had, s', slowest(sure), '≤ 30', (value) => value <= 30),
    verdict('texts that the first may have sent', doubtful.length, '≤ 24', (value) => value <= 24),
    verdict('email throughput while dark, of normal', ratio, '≥ 0.95', (value) => value >= 0.95),
    verdict('mails not handed over', mails.filter(({ by }) => by === null).length, '0', (value) => value === 0),
    verdict('share of the first after it came back', backShare, '≥ 0.25', (value) => value >= 0.25),
    verdict('texts received twice', doubled, '0', (value) => value === 0),
  ];
  return { verdicts, dark, doubtful };
}

const verdict = (what: string, value: number, wanted: string, holds: (value: number) => boolean): Verdict => ({
  ...{ what, wanted, ok: holds(value) },
  value: Math.round(value * 1000) / 1000,
});

/** The value below which a share of the numbers lies. */
export const quantile = (numbers: number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(share * numbers.length))] ?? 0;
