import { PageError } from '../../../shared/web/errors.ts';
import { choiceField, textField } from '../../../shared/web/fields.ts';
import { EVERYTHING, type InboxFilter, readInboxQuery } from '../../input/inbox-query.ts';
import { readInbox } from '../../use-cases/inbox.ts';
import { readMe } from '../../use-cases/register.ts';
import type { AddPages, FieldError, FormState, Reply, Visit } from '../kit/types.ts';
import { noticeRow } from './notice-row.ts';

const PAGE = 20;
const TABS = ['inbox', 'unread', 'archive'] as const;
const FIELDS = ['q', 'entity', 'from', 'to'];

/** Every notice, by list and by search; all of it in the address, so that a search can be kept. */
export const addInboxPages: AddPages = (kit) => {
  kit.get('/inbox', {}, showInbox);
};

async function showInbox(visit: Visit): Promise<Reply> {
  const { context, caller, query } = visit;
  const read = readInboxQuery({ limit: String(PAGE), box: 'inbox', ...query }, context.catalogue);
  const errors = read.ok ? [] : faultsOf(read.faults ?? []);
  const wanted = read.ok ? read.value : { limit: PAGE, after: null, filter: { ...EVERYTHING, box: 'inbox' as const } };
  const found = read.ok ? await readInbox(context, caller, wanted) : null;
  const { items, next } = found?.ok ? found.value : { items: [], next: null };
  const searching = FIELDS.some((name) => (query[name] ?? '') !== '');
  return {
    view: 'inbox',
    title: 'inbox.title',
    timeZone: await timeZoneOf(visit),
    errors,
    ...(errors.length > 0 && { status: 422 }),
    data: {
      items: items.map((item) => noticeRow(visit, item)),
      tabs: tabsOf(wanted.filter),
      box: wanted.filter.box,
      searching,
      emptyKey: errors.length > 0 ? null : searching ? 'inbox.nothing' : 'inbox.empty',
      older: next && `?${new URLSearchParams({ ...query, after: next })}`,
      isLater: wanted.after !== null,
      ...searchFields(visit, errors),
    },
  };
}

const tabsOf = ({ box }: InboxFilter) =>
  TABS.map((name) => ({ name, key: `inbox.box.${name}`, current: name === box }));

function searchFields({ query, context, language }: Visit, errors: FieldError[]) {
  const state: FormState = { fields: query, list: () => [], typed: true, errors };
  const day = { type: 'date', hint: 'inbox.dayHint', dir: 'ltr', narrow: true } as const;
  const entities = context.catalogue.entities.map(({ entity, title }) => ({
    value: entity,
    label: title[language.code as 'en'] ?? title.en,
  }));
  return {
    qField: textField(state, { name: 'q', label: 'inbox.q', type: 'search' }),
    entityField: choiceField(state, {
      name: 'entity',
      label: 'inbox.entity',
      value: '',
      choices: [{ value: '', label: language.text.plain('inbox.anyEntity') }, ...entities],
    }),
    fromField: textField(state, { name: 'from', label: 'inbox.from', ...day }),
    toField: textField(state, { name: 'to', label: 'inbox.to', ...day }),
  };
}

/** What the person typed can be mended; anything else in the address is not ours. */
function faultsOf(faults: { pointer: string }[]): FieldError[] {
  const names = faults.map(({ pointer }) => pointer.slice(1));
  if (!names.every((name) => FIELDS.includes(name))) throw new PageError(400);
  return names.map((field) => ({ field, key: `inbox.wrong.${field}` }));
}

async function timeZoneOf({ context, caller }: Visit): Promise<string | undefined> {
  const me = await readMe(context, caller);
  return me.ok ? me.value.timeZone : undefined;
}
