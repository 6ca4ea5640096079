import type { Delivery } from '../../shared/ledger/types.ts';
import { textField } from '../../shared/web/fields.ts';
import type { FieldError } from '../../shared/web/types.ts';
import { scopeWords } from '../controls/words.ts';
import type { Visit } from '../kit/types.ts';
import { dangerOf } from '../replay/danger.ts';
import { STOPPABLE } from '../replay/jobs.ts';
import type { ReplayJob, ReplayStatus, ReplayTools, Word } from '../replay/types.ts';
import { filterWords, number, reasonOf, shortId, tablesOf } from './replay-words.ts';
import { toneOf } from './tones.ts';

const TONES: Record<ReplayStatus, 'good' | 'warn' | 'bad' | 'info'> = {
  ...{ planning: 'info', planned: 'info', awaiting_approval: 'warn', running: 'info' },
  ...{ paused: 'warn', done: 'good', stopped: 'bad' },
};
/** From here on the job has begun, and its set is no longer a question. */
const BEGUN: ReplayStatus[] = ['running', 'paused', 'done', 'stopped'];

const statusOf = (status: ReplayStatus) => ({ key: `replay.status.${status}`, tone: TONES[status] });

/** Jobs as rows of a list. */
export const viewList = (jobs: ReplayJob[], visit: Visit) =>
  jobs.map((job) => ({
    ...{ id: job._id, short: shortId(job._id), to: `/replay/${job._id}`, at: job.createdAt, by: job.createdBy },
    ...{ status: statusOf(job.status), filter: filterWords(job, visit) },
    ...{ done: number(job.done, visit), send: number(job.plan.send, visit) },
  }));

/** What the dry run found, who said what, and the step that comes next. */
export async function viewPlan(job: ReplayJob, visit: Visit, tools: ReplayTools, errors: FieldError[]) {
  const { plan, status } = job;
  const price = Number(visit.context.settings.SMS_SEGMENT_PRICE || Number.NaN);
  return {
    id: job._id,
    filter: filterWords(job, visit),
    by: job.createdBy,
    at: job.at,
    isLetters: job.letters !== undefined,
    say: sayingOf(job),
    words: wordsOf(job),
    plan:
      status === 'planning'
        ? null
        : {
            ...{ found: number(plan.found, visit), send: number(plan.send, visit), people: number(plan.people, visit) },
            ...{ refused: number(plan.found - plan.send, visit), segments: number(plan.smsSegments, visit) },
            unmeasured: plan.smsUnmeasured,
            cost: Number.isNaN(price) ? null : (plan.smsSegments * price).toFixed(3),
            mayComeTwice: plan.byStatus.unknown ?? 0,
            tables: tablesOf(job, visit),
            waits: waitsOf(job, visit),
            sample: await sampleOf(job, tools),
          },
    ...stepsOf(job, visit, tools, errors),
  };
}

/** How far a job is, and what became of what it made due. */
export function viewProgress(job: ReplayJob, visit: Visit) {
  const { status, done, started, settled, plan, results, perSecond } = job;
  return {
    job: { id: job._id, status: statusOf(status), to: `/replay/${job._id}` },
    isPlanning: status === 'planning',
    isLetters: job.letters !== undefined,
    say: sayingOf(job),
    begun: BEGUN.includes(status) && job.confirmed !== null,
    changed: visit.query.was !== undefined && visit.query.was !== status,
    looked: number(plan.found, visit),
    ...{ done, send: plan.send, doneText: number(done, visit), sendText: number(plan.send, visit) },
    ...{ started: number(started, visit), settled: number(settled, visit), left: number(started - settled, visit) },
    movedOn: done - started,
    perSecond,
    results: results.map((result) => ({
      key: `search.status.${result.status}`,
      tone: toneOf(result.status),
      reason: reasonOf(result.reason),
      count: number(result.count, visit),
    })),
  };
}

function stepsOf(job: ReplayJob, { may, is, operator, fields }: Visit, { rules }: ReplayTools, errors: FieldError[]) {
  const { status, plan } = job;
  const path = `/replay/${job._id}`;
  const danger = dangerOf(plan.send, rules);
  const own = [job.createdBy, job.confirmed?.by].includes(operator.id);
  const waits = status === 'awaiting_approval';
  const button = (name: string, when: boolean) =>
    when && may('POST', `/replay/:id/${name}`) ? `${path}/${name}` : null;
  const state = { fields, list: () => [], typed: errors.length > 0, errors };
  return {
    confirm: button('confirm', status === 'planned' && plan.send > 0),
    approve: button('approve', waits && !own),
    ownApproval: waits && own && is('approver'),
    waitsForOther: waits && !(is('approver') && !own),
    pause: button('pause', status === 'running'),
    resume: button('resume', status === 'paused'),
    stop: button('stop', STOPPABLE.includes(status)),
    notSent: button('not-sent', BEGUN.includes(status) && !job.setGone),
    needsApproval: danger === 'approval',
    becauseField: textField(state, { name: 'because', label: 'because.label', hint: 'replay.becauseHint' }),
    countField:
      danger === 'confirm'
        ? null
        : textField(state, {
            name: 'count',
            label: sayingOf(job).count!,
            hint: 'replay.countHint',
            inputmode: 'numeric',
            dir: 'ltr',
            narrow: true,
          }),
    perSecondField: textField(state, {
      ...{ name: 'perSecond', label: 'replay.perSecond', hint: 'replay.perSecondHint' },
      ...{ inputmode: 'numeric', dir: 'ltr', narrow: true, value: String(rules.perSecond) },
    }),
  };
}

const wordsOf = ({ confirmed, approved, changed, status }: ReplayJob) =>
  [
    { key: 'replay.said.confirmed', word: confirmed },
    { key: 'replay.said.approved', word: approved },
    { key: status === 'stopped' ? 'replay.said.stopped' : 'replay.said.changed', word: changed },
  ].flatMap(({ key, word }) => (word ? [{ key, ...(word as Word) }] : []));

const waitsOf = ({ plan }: ReplayJob, { language, context, may }: Visit) =>
  (plan.waits ?? [])
    .toSorted((a, b) => b.count - a.count)
    .map(({ scope, because, until, count }) => ({
      ...{ because, until, count, scope: scopeWords(scope, language, context.catalogue) },
      to: may('GET', '/controls') ? '/controls' : null,
    }));

/** What a job over dead letters says in words of its own. */
const sayingOf = ({ letters }: ReplayJob): Record<string, string> =>
  Object.fromEntries(
    ['looking', 'fixedAt', 'send', 'refused', 'started', 'movedOn', 'count', 'needsApproval']
      .concat(['confirmTitle', 'confirmWhat', 'confirm', 'approveTitle', 'approveWhat', 'approve'])
      .map((name) => [name, letters ? `dead.job.${name}` : `replay.${name}`]),
  );

async function sampleOf({ plan, letters }: ReplayJob, { ledger }: ReplayTools) {
  if (letters) return plan.sample.map((id) => ({ id, to: `/dead-letters/${id}` }));
  const found = await ledger.deliveries
    .find({ _id: { $in: plan.sample } })
    .select('notificationId')
    .lean<Pick<Delivery, '_id' | 'notificationId'>[]>();
  return found.map(({ _id, notificationId }) => ({ id: _id, to: `/notifications/${notificationId}#${_id}` }));
}
