import { type Channel, REASONS, type Reason } from '../../contracts/status.ts';
import { dangerOf } from '../../services/console/replay/danger.ts';
import type { ReplayJob, ReplayPlan, ReplayRules } from '../../services/console/replay/types.ts';
import { describeScope } from '../../services/shared/controls/scope.ts';
import { columns, type Io } from '../io.ts';

/** What may be said to `notifyme replay`. */
export type Options = {
  id?: string[];
  entity?: string;
  type?: string;
  channel?: Channel;
  provider?: string;
  reason?: Reason;
  since?: Date;
  until?: Date;
  price?: number;
  rate?: number;
  because?: string;
  confirm?: number;
  yes?: boolean;
  watch?: boolean;
  dryRun?: boolean;
  json?: boolean;
};
type Seen = Options & { rules: ReplayRules };

/** What a dry run found, or a run began, in JSON. */
export function planJson(job: ReplayJob, seen: Seen) {
  const { _id, status, at, plan } = job;
  const begun = status !== 'planned';
  return {
    job: _id,
    dryRun: !begun,
    status,
    at: at.toISOString(),
    ...plan,
    cost: costOf(plan, seen),
    ...(begun ? { done: job.done, started: job.started, results: job.results } : { next: nextStep(job, seen) }),
  };
}

/** The same for a reader. */
export function planText(job: ReplayJob, seen: Seen, paint: Io['paint']): string {
  const { plan } = job;
  const cost = costOf(plan, seen);
  const rows = [
    ['replay', job._id],
    ['found', String(plan.found)],
    ...lines('failed for', plan.byReason, saying),
    ...lines('stands as', plan.byStatus, (status) => (status === 'unknown' ? 'unknown (may arrive twice)' : status)),
    ...lines('not sent', plan.refused, saying),
    ['would be sent', `${plan.send}, to ${plan.people} people`],
    ...lines('waits first', plan.later, saying),
    ...(plan.waits ?? []).map(({ scope, because, count }) => [
      'paused',
      `${count}  ${describeScope(scope)}: ${because}`,
    ]),
    [
      'SMS segments',
      plan.smsUnmeasured > 0
        ? `${plan.smsSegments}, and ${plan.smsUnmeasured} SMS never measured`
        : String(plan.smsSegments),
    ],
    ['cost', cost === null ? 'give --price, or set SMS_SEGMENT_PRICE, to see it' : `BHD ${cost}`],
    ['sample', plan.sample.join(' ')],
  ];
  if (job.status !== 'planned') return `${columns(rows)}${standing(job, paint)}`;
  const next = nextStep(job, seen);
  return `${columns(rows)}Nothing was sent.${next ? ` To send exactly these:\n  ${paint('bold', next)}\n` : '\n'}`;
}

/** A job in JSON. */
export const jobJson = ({ _id, filter, status, at, plan, perSecond, ...rest }: ReplayJob) => ({
  ...{ job: _id, status, filter: { ...filter, ids: filter.ids?.length }, ...ofLetters(rest), at, ...plan, perSecond },
  ...{ createdBy: rest.createdBy, confirmed: rest.confirmed, approved: rest.approved, steered: rest.changed },
  ...{ done: rest.done, started: rest.started, settled: rest.settled, results: rest.results, endedAt: rest.endedAt },
});

const ofLetters = ({ letters }: Pick<ReplayJob, 'letters'>) =>
  letters ? { letters: { ...letters, ids: letters.ids?.length } } : {};

/** The same for a reader. */
export function jobText(job: ReplayJob, paint: Io['paint']): string {
  const rows = [
    ['replay', job._id],
    job.letters
      ? ['dead letters', JSON.stringify(ofLetters(job).letters)]
      : ['filter', JSON.stringify({ ...job.filter, ids: job.filter.ids?.length })],
    ...(job.confirmed ? [['asked for by', `${job.confirmed.by}: ${job.confirmed.because}`]] : []),
    ...(job.approved ? [['approved by', `${job.approved.by}: ${job.approved.because}`]] : []),
    ...(job.changed ? [['changed by', `${job.changed.by}: ${job.changed.because}`]] : []),
    ['gone through', `${job.done} of ${job.plan.send}, at most ${job.perSecond} a second`],
    job.letters
      ? ['put back', String(job.started)]
      : ['made due', `${job.started}, of which ${job.settled} have their end or a provider`],
    ...job.results.map(({ status, reason, count }) => ['now', `${count}  ${status}${reason ? `: ${reason}` : ''}`]),
  ];
  return `${columns(rows)}${standing(job, paint)}`;
}

/** One line of a list. */
export const jobLine = ({ _id, createdAt, status, done, plan, createdBy }: ReplayJob): string[] => [
  ...[_id, createdAt.toISOString(), status, `${done}/${plan.send}`, createdBy],
];

function standing({ _id, status, plan, approved }: ReplayJob, paint: Io['paint']): string {
  if (status === 'awaiting_approval')
    return `${paint('yellow', 'waits for a second person')}\n  notifyme replay approve ${_id} --because "..."\n`;
  if (status !== 'running') return `${paint(status === 'done' ? 'green' : 'yellow', status)}\n`;
  const word = approved ? 'approved' : 'under way';
  return `${paint('green', `${plan.send} ${word}`)}; see how far:\n  notifyme replay status ${_id} --watch\n`;
}

function lines(title: string, counts: Record<string, number>, say: (key: string) => string): string[][] {
  return Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([key, count]) => [title, `${count}  ${say(key)}`]);
}

const OWN_WORDS: Record<string, string> = {
  never_replay: 'its type may not be sent again',
  already_delivered: 'it was sent before',
  under_way: 'it is on its way already',
  no_content: 'it has no content',
};

function saying(key: string): string {
  const words = OWN_WORDS[key] ?? (key in REASONS ? REASONS[key as Reason].en : null);
  return words === null ? key : `${key}: ${words}`;
}

/** With the three decimals of the dinar; null without a price. */
const costOf = ({ smsSegments }: ReplayPlan, { price }: Options): string | null =>
  price === undefined ? null : (smsSegments * price).toFixed(3);

/** The command line that sends what was just shown, and nothing that fails later. */
function nextStep({ _id, plan: { send } }: ReplayJob, { rate, because, rules }: Seen): string | null {
  if (send === 0) return null;
  const parts = [
    _id,
    ...(rate === undefined ? [] : [`--rate ${rate}`]),
    `--because ${because === undefined ? '"..."' : quoted(because)}`,
    dangerOf(send, rules) === 'confirm' ? '--yes' : `--confirm ${send}`,
  ];
  return `notifyme replay start ${parts.join(' ')}`;
}

const quoted = (text: string): string => (/^[\w.:/+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
