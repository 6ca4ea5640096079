import { REASONS, type Reason } from '../../../contracts/status.ts';
import type { Ledger } from '../../shared/ledger/index.ts';
import type { Delivery } from '../../shared/ledger/types.ts';
import { pagesOfSet, refusedPagesOf, setPagesOf } from './store.ts';
import { PAGE, type ReplayJob, type SetPage } from './types.ts';

/**
 * A delivery that the job found and that did not reach a provider by it, and why; of a job over dead letters, a letter
 * that it did not put back.
 */
export type NotSent = {
  /** Its id, also of a letter. */
  delivery: string;
  notification: string | null;
  /** Refused by the dry run, moved on before its turn, not begun (stopped, or not yet), or begun and ended otherwise. */
  stage: 'refused' | 'moved_on' | 'not_begun' | 'begun';
  /** Where it stands now; null for what was refused. */
  status: string | null;
  reason: string | null;
};

const WENT = ['sent', 'delivered'];
const COLUMNS = ['delivery', 'notification', 'stage', 'status', 'reason', 'reason_en', 'reason_ar'] as const;

/** Everything that was not sent, in the order of the set, page by page: as it stands now. */
export async function* notSent(job: ReplayJob, ledger: Ledger): AsyncGenerator<NotSent[]> {
  for await (const { items } of refusedPagesOf(ledger).find(pagesOfSet(job, 'refused')).sort({ _id: 1 })) {
    yield items.map(({ id, reason }) => ({ ...line(id, 'refused'), reason }));
  }
  let place = 0;
  for await (const page of setPagesOf(ledger).find(pagesOfSet(job, 'send')).sort({ _id: 1 })) {
    yield await ofPage(page, Math.max(0, Math.min(PAGE, job.done - place)), job, ledger);
    place += page.items.length;
  }
}

type Looked = Pick<Delivery, '_id' | 'replayJob'> & Partial<Pick<Delivery, 'notificationId' | 'status' | 'reason'>>;

async function ofPage({ items }: SetPage, begun: number, job: ReplayJob, ledger: Ledger): Promise<NotSent[]> {
  const inPage = { _id: { $in: items.map(({ id }) => id) } };
  const found: Looked[] = job.letters
    ? await ledger.deadLetters.find(inPage).select('replayJob').lean<Looked[]>()
    : await ledger.deliveries.find(inPage).select('notificationId status reason replayJob').lean<Looked[]>();
  const deliveries = new Map(found.map((one) => [one._id, one]));
  return items.flatMap(({ id }, at): NotSent[] => {
    const { notificationId: notification = null, status = null, reason = null, replayJob } = deliveries.get(id) ?? {};
    if (at >= begun) return [{ ...line(id, 'not_begun'), notification, status, reason }];
    if (replayJob !== job._id) return [{ ...line(id, 'moved_on'), notification, status, reason }];
    return job.letters || WENT.includes(status ?? '') ? [] : [{ ...line(id, 'begun'), notification, status, reason }];
  });
}

const line = (delivery: string, stage: NotSent['stage']): NotSent => ({
  ...{ delivery, notification: null, stage, status: null, reason: null },
});

/** The list as CSV (RFC 4180), with the reason in words; its values are ids and codes of closed lists. */
export async function* notSentCsv(job: ReplayJob, ledger: Ledger): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for await (const lines of notSent(job, ledger)) yield lines.map(csvLine).join('');
}

function csvLine({ delivery, notification, stage, status, reason }: NotSent): string {
  const words = reason !== null && reason in REASONS ? REASONS[reason as Reason] : { en: '', ar: '' };
  const values = [delivery, notification, stage, status, reason, words.en, words.ar];
  return `${values.map((value) => quoted(value ?? '')).join(',')}\r\n`;
}

const quoted = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** The same as one JSON document, piece by piece. */
export async function* notSentJson(job: ReplayJob, ledger: Ledger): AsyncGenerator<string> {
  yield `{"job":${JSON.stringify(job._id)},"notSent":[`;
  let first = true;
  for await (const lines of notSent(job, ledger)) {
    for (const one of lines) {
      yield `${first ? '' : ','}${JSON.stringify(one)}`;
      first = false;
    }
  }
  yield ']}\n';
}
