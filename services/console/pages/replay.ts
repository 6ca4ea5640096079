import { PageError } from '../../shared/web/errors.ts';
import type { FormState, Reply } from '../../shared/web/types.ts';
import { recordAct } from '../acts.ts';
import type { AddPages, Visit } from '../kit/types.ts';
import { ReplayError } from '../replay/errors.ts';
import {
  approveJob,
  askForPlan,
  confirmJob,
  pauseJob,
  resumeJob,
  type Says,
  type Step,
  stopJob,
} from '../replay/jobs.ts';
import { readReplayFilter } from '../replay/read-filter.ts';
import { notSentCsv, notSentJson } from '../replay/report.ts';
import { findJob, isJobId, listJobs } from '../replay/store.ts';
import { FASTEST, type ReplayJob, type ReplayTools } from '../replay/types.ts';
import { replayTools } from '../replay/wire.ts';
import { untilPlanned } from './replay-dry-run.ts';
import { viewFields } from './replay-fields.ts';
import { viewList, viewPlan, viewProgress } from './replay-view.ts';

const READERS = ['viewer', 'operator', 'approver', 'privacy_officer'] as const;
const EVERY_MS = 1_000;

type Fault = { field: string; key: string; values?: Record<string, string | number> };
const fault = (field: string, key: string, values?: Fault['values']): { errors: Fault[] } => ({
  errors: [{ field, key, values }],
});

/** Sending again what failed: a filter, what it would do, and the job that does it. */
export const addReplayPages: AddPages = (kit) => {
  const tools = replayTools(kit.context);
  kit.get('/replay', { may: READERS }, async (visit) => ({
    view: 'replay',
    title: 'replay.title',
    data: { rows: viewList(await listJobs(tools.ledger), visit), canAsk: visit.may('POST', '/replay/new') },
  }));
  kit.form(
    '/replay/new',
    { may: ['operator'] },
    { show: (visit, state) => showForm(visit, state), act: (visit) => askHere(visit, tools) },
  );
  kit.get('/replay/:id', { may: READERS }, async (visit) => showJob(visit, await jobOf(visit, tools), tools));
  kit.live(
    '/replay/:id/live',
    { may: READERS },
    {
      everyMs: EVERY_MS,
      piece: 'replay-progress',
      data: async (visit) => viewProgress(await jobOf(visit, tools), visit),
    },
  );
  kit.post('/replay/:id/confirm', { may: ['operator'] }, (visit) => step(visit, tools, confirmHere));
  kit.post('/replay/:id/approve', { may: ['approver'] }, (visit) => step(visit, tools, approveJob));
  kit.post('/replay/:id/pause', { may: ['operator'] }, (visit) => step(visit, tools, pauseJob));
  kit.post('/replay/:id/resume', { may: ['operator'] }, (visit) => step(visit, tools, resumeJob));
  kit.post('/replay/:id/stop', { may: ['operator', 'approver'] }, (visit) => step(visit, tools, stopJob));
  kit.post('/replay/:id/not-sent', { may: ['operator', 'approver', 'privacy_officer'] }, (visit) =>
    download(visit, tools),
  );
};

function showForm(visit: Visit, state: FormState): Reply {
  const fields = state.typed ? state.fields : visit.query;
  return {
    view: 'replay-new',
    title: 'replay.new',
    data: { isForm: true, ...viewFields(fields, state.errors, visit) },
  };
}

async function askHere(visit: Visit, tools: ReplayTools): Promise<Reply | { errors: Fault[] }> {
  const { filter, faults } = readReplayFilter(visit.fields, visit.context.catalogue);
  if (faults.length > 0) return { errors: faults.map(({ field, code }) => ({ field, key: `replay.${code}` })) };
  if (Object.values(filter).every((value) => value === undefined)) return fault('entity', 'replay.emptyFilter');
  const { _id } = await askForPlan(filter, visit.operator.id, tools);
  await untilPlanned(_id, tools);
  return { to: `/replay/${_id}` };
}

async function showJob(visit: Visit, job: ReplayJob, tools: ReplayTools, errors: Fault[] = []): Promise<Reply> {
  return {
    view: 'replay-job',
    title: `replay.heading.${job.status}`,
    errors,
    status: errors.length > 0 ? 422 : 200,
    data: {
      ...(await viewPlan(job, visit, tools, errors)),
      ...viewProgress(job, visit),
      live: `/replay/${job._id}/live?was=${job.status}`,
    },
  };
}

type DoStep = (id: string, says: Says, tools: ReplayTools, visit: Visit) => Promise<Step>;

/** A step with its reason; what is wrong with it is said on the job's page. */
async function step(visit: Visit, tools: ReplayTools, doIt: DoStep): Promise<Reply> {
  const job = await jobOf(visit, tools);
  try {
    const says = { by: visit.operator.id, because: visit.fields.because ?? '' };
    const { changed, job: after } = await doIt(job._id, says, tools, visit);
    const key = changed ? `replay.did.${after.status}` : 'replay.didNothing';
    return { to: `/replay/${job._id}`, flash: { key } };
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    const field = error.code === 'count_differs' ? 'count' : 'because';
    return showJob(visit, job, tools, [{ field, key: `replay.error.${error.code}`, values: error.details }]);
  }
}

const confirmHere: DoStep = (id, says, tools, { fields }) => {
  const count = readNumber(fields.count);
  const pace = readNumber(fields.perSecond) ?? -1;
  return confirmJob(id, { ...says, count, perSecond: pace > 0 ? Math.min(pace, FASTEST) : undefined }, tools);
};

/** Digits, with the separators that people type between thousands. */
function readNumber(text = ''): number | undefined {
  const digits = text.replace(/[\s,.٬]/g, '');
  if (digits === '') return undefined;
  return /^\d{1,9}$/.test(digits) ? Number(digits) : -1;
}

async function download(visit: Visit, tools: ReplayTools): Promise<Reply> {
  const { operator, fields } = visit;
  const job = await jobOf(visit, tools);
  const details = { id: job._id };
  await recordAct(tools.ledger, { kind: 'replay_list', by: operator.id, because: '', details }, tools.clock());
  return fields.form === 'json'
    ? { file: { name: `${job._id}.json`, type: 'application/json', content: notSentJson(job, tools.ledger) } }
    : { file: { name: `${job._id}.csv`, type: 'text/csv; charset=utf-8', content: notSentCsv(job, tools.ledger) } };
}

async function jobOf({ params }: Visit, { ledger }: ReplayTools): Promise<ReplayJob> {
  if (!isJobId(params.id ?? '')) throw new PageError(404);
  return findJob(ledger, params.id!).catch((error) => {
    if (error instanceof ReplayError) throw new PageError(404);
    throw error;
  });
}
