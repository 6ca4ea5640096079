import { shortReference } from '../../shared/render/message.ts';
import { PageError } from '../../shared/web/errors.ts';
import { choiceField, textField } from '../../shared/web/fields.ts';
import { recordAct } from '../acts.ts';
import {
  listAudiences,
  PreviewError,
  pauseAudience,
  previewAudience,
  resumeAudience,
  stopAudience,
} from '../audiences.ts';
import { titleIn } from '../controls/words.ts';
import type { AddPages, FieldError, FormState, Page, Reply, Visit } from '../kit/types.ts';
import { numberText } from '../overview/words.ts';
import { readBecause } from './because.ts';

const LOOKING = ['viewer', 'operator', 'approver'] as const;
const ACTING = ['operator'] as const;
const ID = /^n_[0-9a-f]{32}$/;
const ACTS = { pause: pauseAudience, resume: resumeAudience, stop: stopAudience } as const;
type Act = keyof typeof ACTS;
type Row = Awaited<ReturnType<typeof listAudiences>>[number];
/** What can still be done with a notice, by how it stands. */
const OPEN: Record<Row['status'], Act[]> = {
  waiting: ['pause', 'stop'],
  spreading: ['pause', 'stop'],
  paused: ['resume', 'stop'],
  stopped: [],
  done: ['stop'],
};
const TONE: Record<Row['status'], string> = {
  ...{ waiting: 'info', spreading: 'good', paused: 'warn', stopped: 'bad', done: 'plain' },
};

/** Notices to many people at once: how far they are, and pausing, resuming and stopping them. */
export const addAudiencePages: AddPages = (kit) => {
  kit.get('/audiences', { may: LOOKING }, showAudiences);
  kit.form('/audiences/count', { may: ['operator', 'approver'] }, { show: showCount, act: count });
  kit.form('/audiences/act', { may: ACTING }, { show: showAct, act });
};

async function showAudiences(visit: Visit): Promise<Page> {
  const audiences = await listAudiences({}, visit.context);
  return {
    view: 'audiences',
    title: 'audience.title',
    data: {
      rows: audiences.map((one) => rowOf(one, visit)),
      mayCount: visit.may('GET', '/audiences/count'),
    },
  };
}

const rowOf = ({ _id, entity, segment, status, counts, acceptedAt, dueAt, test }: Row, visit: Visit) => ({
  ...{
    id: _id,
    reference: shortReference(_id),
    segment,
    counts: grouped(counts, visit.language),
    acceptedAt,
    test,
    dueAt: status === 'waiting' ? dueAt : null,
  },
  entity:
    titleIn(visit.context.catalogue.entities.find((one) => one.entity === entity)?.title, visit.language.code) ??
    entity,
  ...{ status: `audience.status.${status}`, tone: TONE[status] },
  to: visit.may('GET', '/notifications/:id') ? `/notifications/${_id}` : null,
  acts: visit.may('POST', '/audiences/act')
    ? OPEN[status].map((one) => ({ key: `audience.act.${one}`, to: `/audiences/act?id=${_id}&act=${one}` }))
    : [],
});

const grouped = (counts: Row['counts'], language: Visit['language']): Record<string, string> =>
  Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, numberText(n, language)]));

async function showAct(visit: Visit, state: FormState): Promise<Page> {
  const { id, act: what } = askedOf(visit);
  const found = await visit.context.ledger.audiences.findById(id).select('-event').lean<Row>();
  if (!found || !OPEN[found.status].includes(what)) throw new PageError(404);
  return {
    view: 'audience-act',
    title: `audience.act.${what}`,
    data: {
      ...{ isForm: true, id, act: what, row: rowOf(found, visit), means: `audience.means.${what}` },
      button: `audience.act.${what}`,
      becauseField: textField(state, { name: 'because', label: 'because.label', hint: 'because.hint' }),
    },
  };
}

/** The act is written first. */
async function act(visit: Visit): Promise<Reply | { errors: FieldError[] }> {
  const { context, operator, fields } = visit;
  const { id, act: what } = askedOf(visit);
  const because = readBecause(fields.because);
  if (because === null) return { errors: [{ field: 'because', key: 'because.short' }] };
  const kind = `audience_${what}` as const;
  await recordAct(context.ledger, { kind, by: operator.id, because, details: { id } }, context.clock());
  const done = await ACTS[what](id, context);
  return { to: '/audiences', flash: { key: done ? `audience.done.${what}` : 'audience.tooLate' } };
}

function askedOf({ query, fields }: Visit): { id: string; act: Act } {
  const id = fields.id ?? query.id ?? '';
  const what = fields.act ?? query.act ?? '';
  if (!ID.test(id) || !Object.hasOwn(ACTS, what)) throw new PageError(404);
  return { id, act: what as Act };
}

function showCount(visit: Visit, state: FormState): Page {
  const { context, language } = visit;
  const types = context.catalogue.entities.flatMap((entity) =>
    entity.types.filter(({ audience }) => audience).map(({ type, title }) => ({ entity: entity.title, type, title })),
  );
  return {
    view: 'audience-count',
    title: 'audience.count',
    data: {
      isForm: true,
      found: null,
      segmentField: textField(state, {
        ...{
          name: 'segment',
          label: 'audience.segment',
          hint: 'audience.segmentHint',
          dir: 'ltr' as const,
          value: 'all',
        },
      }),
      typeField: choiceField(state, {
        ...{ name: 'type', label: 'control.field.type', value: types[0]?.type ?? '' },
        choices: types.map(({ entity, type, title }) => ({
          value: type,
          label: `${titleIn(entity, language.code)}: ${titleIn(title, language.code)}`,
        })),
      }),
    },
  };
}

/** Counted now, by the rules of sending; nothing is stored. */
async function count(visit: Visit): Promise<Reply | { errors: FieldError[] }> {
  const { segment = '', type = '' } = visit.fields;
  try {
    const { people, reachable, byChannel } = await previewAudience({ segment, type }, visit.context);
    const page = showCount(visit, { fields: visit.fields, list: visit.list, typed: true, errors: [] });
    const number = (n: number) => numberText(n, visit.language);
    const channels = Object.entries(byChannel).map(([channel, many]) => ({
      ...{ channel: `channel.${channel}`, many: number(many) },
    }));
    return {
      ...page,
      data: { ...page.data, found: { people: number(people), reachable: number(reachable), channels } },
    };
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error;
    const field = error.code === 'unknown_segment' ? 'segment' : 'type';
    return { errors: [{ field, key: `audience.fault.${error.code}` }] };
  }
}
