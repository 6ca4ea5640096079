import type { Language } from '../../../contracts/status.ts';
import { textField } from '../../shared/web/fields.ts';
import type { FieldError, FormState } from '../../shared/web/types.ts';
import type { AddPages, Page, Reply, Visit } from '../kit/types.ts';
import { findByNumber } from '../look.ts';
import { type Personal, readBox } from '../search/box.ts';
import { type FilterFault, readFilter, type SearchFilter, writeFilter } from '../search/filter.ts';
import { search } from '../search/find.ts';
import { idsOfKey } from '../search/keys.ts';
import { noticeIdOf } from '../story/load.ts';
import { readBecause } from './because.ts';
import { depsOf, grantPeople, lookerOf, mayLookAt } from './looking.ts';
import { viewFilter, viewFound } from './search-view.ts';

const SEARCHERS = ['viewer', 'operator', 'approver', 'privacy_officer', 'entity_admin'] as const;
/** Who may look for a person by number or address. */
const PERSON_SEARCHERS = ['operator', 'privacy_officer'] as const;
const PAGE = 50;
const MOST_IDS = 20;

type Errors = { errors: FieldError[] };
const wrong = (field: string, key: string): Errors => ({ errors: [{ field, key }] });

/** One box for everything, conditions beside it, results under it. What names a person is posted, never an address line. */
export const addSearchPages: AddPages = (kit) => {
  kit.form('/search', { may: SEARCHERS }, { show: showSearch, act: findTyped });
  kit.post('/search/person', { may: PERSON_SEARCHERS }, sayWhy);
};

async function showSearch(visit: Visit, state: FormState): Promise<Reply> {
  const { context, operator, language } = visit;
  const { filter: asked, faults } = readFilter(visit.query);
  const filter: SearchFilter = {
    ...asked,
    ...(operator.entity !== null && { entity: operator.entity }),
    // Messages to one contact are messages to one person: only beside a person whom there was a reason to look at.
    contact: asked.people && asked.contact,
  };
  if (filter.people && !mayAsk(visit, filter.people)) return askWhy(visit, filter.people);
  const words = { language: language.code as Language, text: language.text, catalogue: context.catalogue };
  const { ledger, catalogue, clock } = context;
  const found =
    faults.length > 0 || state.errors.length > 0 ? null : await search(filter, PAGE, { ledger, catalogue, clock });
  const { errors } = state;
  return {
    view: 'search',
    title: 'search.title',
    errors: faults.map(toError),
    status: faults.length > 0 ? 422 : 200,
    data: {
      isForm: true,
      canSearchPeople: visit.is(...PERSON_SEARCHERS),
      textField: textField(state, { name: 'text', label: 'search.text', hint: 'search.textHint', dir: 'auto' }),
      becauseField: textField(state, { name: 'because', label: 'search.because', hint: 'search.becauseHint' }),
      filter: viewFilter(filter, operator.entity, faults, words),
      found: found && errors.length === 0 ? viewFound(found, filter, words) : null,
    },
  };
}

const toError = ({ field, code }: FilterFault): FieldError => ({ field, key: `search.${code}` });

/** What was typed into the box: straight to the one thing it names, or on to a search that stands in the address line. */
async function findTyped(visit: Visit): Promise<Reply | Errors> {
  const { context, fields } = visit;
  const { blind, ledger, settings } = context;
  const boxed = readBox(fields.text ?? '', { blind, servedCountries: settings.SERVED_COUNTRIES });
  switch (boxed.kind) {
    case 'empty':
      return wrong('text', 'search.empty');
    case 'id': {
      if (boxed.id.startsWith('x_')) return { to: `/dead-letters/${boxed.id}` };
      const noticeId = await noticeIdOf(ledger, boxed.id);
      if (!noticeId) return wrong('text', 'search.unknownId');
      return { to: `/notifications/${noticeId}${boxed.id.startsWith('d_') ? `#${boxed.id}` : ''}` };
    }
    case 'key':
      return found({ what: 'notices', key: boxed.key });
    case 'personal': {
      // A number may be an event, a case or a reference as well: then it leads to the notices, by their own ids.
      const ids = await idsOfKey(boxed.key, ledger, MOST_IDS);
      return ids.length > 0 ? found({ what: 'notices', ids }) : findPerson(visit, boxed.personal);
    }
    default:
      return boxed satisfies never;
  }
}

async function findPerson(visit: Visit, personal: Personal): Promise<Reply | Errors> {
  if (!visit.is(...PERSON_SEARCHERS)) return wrong('text', 'search.notYours');
  const because = readBecause(visit.fields.because);
  if (because === null) return wrong('because', 'search.needsBecause');
  const people = await findByNumber(personal, lookerOf(visit, because), depsOf(visit));
  if (people.length === 0) return { to: '/search', flash: { key: 'search.nobody' } };
  const ids = people.map(({ subscriberId }) => subscriberId);
  grantPeople(visit, ids);
  return found({ what: 'notices', people: ids });
}

const found = (filter: SearchFilter): Reply => ({ to: `/search?${writeFilter(filter)}` });

const mayAsk = (visit: Visit, people: string[]) => visit.is(...PERSON_SEARCHERS) && mayLookAt(visit, people);

function askWhy(visit: Visit, people: string[], errors: FieldError[] = []): Page {
  return {
    view: 'search-why',
    title: 'search.again',
    errors,
    status: errors.length > 0 ? 422 : visit.is(...PERSON_SEARCHERS) ? 200 : 403,
    data: { people: people.join(), canSay: visit.is(...PERSON_SEARCHERS) },
  };
}

/** A reason for a search that came with an address line, not from the box. */
async function sayWhy(visit: Visit): Promise<Reply> {
  const { filter } = readFilter({ person: visit.fields.person });
  const because = readBecause(visit.fields.because);
  if (!filter.people) return { to: '/search' };
  if (because === null) return askWhy(visit, filter.people, [{ field: 'because', key: 'search.needsBecause' }]);
  const looker = lookerOf(visit, because);
  await findByNumber({ subscriberIds: filter.people, addressIds: [] }, looker, depsOf(visit));
  grantPeople(visit, filter.people);
  return found({ what: 'notices', people: filter.people });
}
