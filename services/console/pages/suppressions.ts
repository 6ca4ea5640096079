import { PageError } from '../../shared/web/errors.ts';
import { textField } from '../../shared/web/fields.ts';
import type { AddPages, FormState, Page, Reply, Visit } from '../kit/types.ts';
import { type Known, SOURCES } from '../suppressions/entry.ts';
import {
  EXPORT_COLUMNS,
  exportLine,
  exportRows,
  foresee,
  type Listed,
  listSuppressed,
  lookUp,
  suppress,
  unsuppress,
} from '../suppressions/index.ts';
import { addImportPages } from './suppressions-import.ts';
import { termFields, untilOf } from './suppressions-terms.ts';
import { listTools, orEntryErrors } from './suppressions-tools.ts';

const LOOKING = ['operator', 'approver', 'privacy_officer'] as const;
const ACTING = ['operator', 'privacy_officer'] as const;
const PAGE = 50;
const ADDRESS_ID = /^a_[0-9a-f]{32}$/;

/** Addresses that get nothing, whoever holds them; shown masked, known by their blind ids. */
export const addSuppressionPages: AddPages = (kit) => {
  kit.get('/suppressions', { may: LOOKING }, showList);
  kit.form('/suppressions/look-up', { may: ACTING }, { show: showLookUp, act: find });
  kit.form('/suppressions/add', { may: ACTING }, { show: showAdd, act: preview });
  kit.post('/suppressions/place', { may: ACTING }, place);
  kit.form('/suppressions/remove', { may: ACTING }, { show: showRemove, act: remove });
  kit.form('/suppressions/export', { may: ACTING }, { show: showExport, act: take });
  addImportPages(kit, ACTING);
};

async function showList(visit: Visit): Promise<Page> {
  const { query, params: _, may } = visit;
  const entries = await listSuppressed({ after: afterOf(query.after), limit: PAGE + 1 }, listTools(visit));
  const last = entries.length > PAGE ? entries[PAGE - 1]! : null;
  return {
    view: 'suppressions',
    title: 'suppression.title',
    data: {
      entries: entries.slice(0, PAGE).map(rowOf),
      mayAct: may('POST', '/suppressions/place'),
      more: last && `/suppressions?after=${last.at.getTime()}.${last._id}`,
      isFirst: !query.after,
    },
  };
}

const rowOf = ({ _id, channel, masked, source, because, by, at, until, counts }: Listed) => ({
  ...{ id: _id, channel: `channel.${channel}`, masked: masked ?? '—', source: `suppression.source.${source}` },
  ...{ because, by, at, until, counts, removeTo: `/suppressions/remove?id=${_id}` },
});

const addressField = (state: FormState) =>
  textField(state, {
    ...{ name: 'address', label: 'suppression.address', hint: 'suppression.addressHint', dir: 'ltr' as const },
  });
const becauseField = (state: FormState) =>
  textField(state, { name: 'because', label: 'because.label', hint: 'because.hint' });

const showLookUp = (_: Visit, state: FormState): Page => ({
  view: 'suppression-look-up',
  title: 'suppression.lookUp',
  data: { isForm: true, found: null, addressField: addressField(state), becauseField: becauseField(state) },
});

/** The answer is shown at once: neither the number nor its id stands in an address. */
const find = (visit: Visit) =>
  orEntryErrors(async () => {
    const { address = '', because = '' } = visit.fields;
    const { entry, masked } = await lookUp(address, { by: visit.operator.id, because }, listTools(visit));
    const empty = { fields: {}, list: () => [], typed: false, errors: [] };
    const page = showLookUp(visit, empty);
    return { ...page, data: { ...page.data, found: { masked, entry: entry && rowOf(entry) } } };
  });

const showAdd = (visit: Visit, state: FormState): Page => ({
  view: 'suppression-add',
  title: 'suppression.add',
  data: { isForm: true, addressField: addressField(state), ...termFields(visit, state) },
});

const preview = (visit: Visit) =>
  orEntryErrors(async () => {
    const { fields, operator, context } = visit;
    const { address = '', source = '', because = '' } = fields;
    const terms = { source, because, until: untilOf(visit), by: operator.id };
    const entry = await foresee(address, terms, listTools(visit));
    const known: Known = { id: entry._id, channel: entry.channel, masked: entry.masked! };
    const there = await context.ledger.suppressions.findById(known.id).select('source because').lean();
    return {
      view: 'suppression-preview',
      title: 'suppression.preview',
      data: {
        entry: rowOf(entry),
        effect: `suppression.effect.${entry.source === 'complaint' ? 'optional' : 'all'}`,
        isThere: there !== null,
        // Sealed: what goes through the browser must come back as it was.
        known: context.sealer.seal(JSON.stringify(known), 'data'),
        fields: { source: entry.source, because: entry.because, for: fields.for ?? '' },
      },
    };
  });

async function place(visit: Visit): Promise<Reply> {
  const { fields, operator } = visit;
  const { source = '', because = '' } = fields;
  if (!SOURCES.some((one) => one === source)) throw new PageError(400);
  const known = knownOf(visit);
  const done = await orEntryErrors(async () => {
    await suppress(known, { source, because, until: untilOf(visit), by: operator.id }, listTools(visit));
    return { to: '/suppressions', flash: { key: 'suppression.added', values: { masked: known.masked } } };
  });
  if ('errors' in done && !('to' in done)) throw new PageError(400);
  return done as Reply;
}

function knownOf({ fields, context }: Visit): Known {
  try {
    return JSON.parse(context.sealer.open(fields.known ?? '', 'data')) as Known;
  } catch {
    throw new PageError(400);
  }
}

async function showRemove(visit: Visit, state: FormState): Promise<Page> {
  const id = visit.query.id ?? visit.fields.id ?? '';
  const tools = listTools(visit);
  const found = ADDRESS_ID.test(id) ? await tools.ledger.suppressions.findById(id).lean() : null;
  if (!found) throw new PageError(404);
  const masked = found.hint === null ? null : tools.sealer.open(found.hint, 'address');
  return {
    view: 'suppression-remove',
    title: 'suppression.remove',
    data: { isForm: true, id, entry: rowOf({ ...found, masked, counts: true }), becauseField: becauseField(state) },
  };
}

const remove = (visit: Visit) =>
  orEntryErrors(async () => {
    const { id = '', because = '' } = visit.fields;
    if (!ADDRESS_ID.test(id)) throw new PageError(404);
    const gone = await unsuppress(id, { by: visit.operator.id, because }, listTools(visit));
    return { to: '/suppressions', flash: { key: gone ? 'suppression.removed' : 'suppression.goneBefore' } };
  });

const showExport = (_: Visit, state: FormState): Page => ({
  view: 'suppression-export',
  title: 'suppression.export',
  data: { isForm: true, becauseField: becauseField(state) },
});

const take = (visit: Visit) =>
  orEntryErrors(async () => {
    const lines = [EXPORT_COLUMNS.join(',')];
    const said = { by: visit.operator.id, because: visit.fields.because ?? '' };
    for await (const entry of exportRows(said, listTools(visit))) lines.push(exportLine(entry));
    const content = `${lines.join('\r\n')}\r\n`;
    return { file: { name: 'suppressions.csv', type: 'text/csv; charset=utf-8', content } };
  });

/** The place behind an entry, as `showList` gives it; null for the beginning and for nonsense. */
function afterOf(text = ''): { at: Date; _id: string } | null {
  const [, at, id] = /^(\d{1,15})\.(a_[0-9a-f]{32})$/.exec(text) ?? [];
  return at && id ? { at: new Date(Number(at)), _id: id } : null;
}
