import { CHANNELS, type Channel } from '../../../contracts/status.ts';
import { shortReference } from '../../shared/render/message.ts';
import { PageError } from '../../shared/web/errors.ts';
import { choiceField } from '../../shared/web/fields.ts';
import { recordAct } from '../acts.ts';
import { titleIn } from '../controls/words.ts';
import type { AddPages, FormState, Page, Reply, Visit } from '../kit/types.ts';
import { giveUpHeld, type Held, listHeld, releaseHeld } from '../unknown.ts';
import { readBecause } from './because.ts';

const LOOKING = ['viewer', 'operator', 'approver'] as const;
const ACTING = ['operator'] as const;
const MOST = 500;
const ACTS = ['release', 'give_up'] as const;
type Act = (typeof ACTS)[number];
const UNTOUCHED: FormState = { fields: {}, list: () => [], typed: false, errors: [] };

/** Messages of which nobody knows whether they went: sent once more, or given up, after a look at what that means. */
export const addUnknownPages: AddPages = (kit) => {
  kit.get('/unknown', { may: LOOKING }, (visit) => showHeld(visit));
  kit.post('/unknown/ask', { may: ACTING }, ask);
  kit.post('/unknown/do', { may: ACTING }, act);
};

async function showHeld(visit: Visit, errors: Page['errors'] = []): Promise<Page> {
  const { context, language, query, may } = visit;
  const { text } = language;
  const filter = filterOf(visit);
  const held = await listHeld({ ...filter, limit: MOST + 1 }, context);
  const any = { value: '', label: text.plain('unknown.any') };
  const { entities } = context.catalogue;
  return {
    view: 'unknown',
    title: 'unknown.title',
    errors,
    status: errors.length > 0 ? 422 : 200,
    data: {
      channelField: choiceField(UNTOUCHED, {
        ...{ name: 'channel', label: 'control.field.channel', value: filter.channel ?? '' },
        choices: [any, ...CHANNELS.map((value) => ({ value, label: text.plain(`channel.${value}`) }))],
      }),
      entityField: choiceField(UNTOUCHED, {
        ...{ name: 'entity', label: 'control.field.entity', value: filter.entity ?? '' },
        choices: [
          any,
          ...entities.map(({ entity, title }) => ({ value: entity, label: titleIn(title, language.code) ?? entity })),
        ],
      }),
      rows: held.slice(0, MOST).map((one) => rowOf(one, visit)),
      count: Math.min(held.length, MOST),
      more: held.length > MOST,
      mayAct: may('POST', '/unknown/do'),
      filter: { channel: query.channel ?? '', entity: query.entity ?? '' },
    },
  };
}

const rowOf = ({ _id, notificationId, entity, type, channel, provider, updatedAt, expiresAt }: Held, visit: Visit) => ({
  ...{ id: _id, reference: shortReference(notificationId), provider: provider ?? '—', updatedAt, expiresAt },
  channel: `channel.${channel}`,
  entity:
    titleIn(visit.context.catalogue.entities.find((one) => one.entity === entity)?.title, visit.language.code) ??
    entity,
  type: titleIn(visit.context.catalogue.type(type)?.type.title, visit.language.code) ?? type,
  to: visit.may('GET', '/notifications/:id') ? `/notifications/${notificationId}` : null,
});

/** What is chosen, counted, and what the act would mean for it; nothing is changed. */
async function ask(visit: Visit): Promise<Page> {
  const { fields, context } = visit;
  const what = ACTS.find((one) => one === fields.act);
  const held = await listHeld({ ...filterOf(visit), limit: MOST }, context);
  const wanted = new Set(visit.list('id'));
  const chosen = fields.all ? held : held.filter(({ _id }) => wanted.has(_id));
  if (!what || chosen.length === 0) return showHeld(visit, [{ field: 'all', key: 'unknown.chooseOne' }]);
  return preview(
    visit,
    what,
    chosen.map(({ _id }) => _id),
    [],
  );
}

const preview = (visit: Visit, what: Act, ids: string[], errors: NonNullable<Page['errors']>): Page => ({
  view: 'unknown-preview',
  title: `unknown.preview.${what}`,
  errors,
  status: errors.length > 0 ? 422 : 200,
  data: {
    ...{ ids, act: what, count: ids.length, means: `unknown.means.${what}`, button: `unknown.do.${what}` },
    because: visit.fields.because ?? '',
    fault: errors[0] ?? null,
  },
});

/** The act is written first; what evidence has settled meanwhile is left alone. */
async function act(visit: Visit): Promise<Reply> {
  const { fields, context, operator } = visit;
  const what = ACTS.find((one) => one === fields.act);
  const ids = visit
    .list('id')
    .filter((id) => /^d_[0-9a-f]{32}$/.test(id))
    .slice(0, MOST);
  if (!what || ids.length === 0) throw new PageError(400);
  const because = readBecause(fields.because);
  if (because === null) return preview(visit, what, ids, [{ field: 'because', key: 'because.short' }]);
  const kind = `unknown_${what}` as const;
  await recordAct(context.ledger, { kind, by: operator.id, because, details: { id: ids } }, context.clock());
  const done = await (what === 'release' ? releaseHeld : giveUpHeld)(ids, context);
  const values = { done: String(done), asked: String(ids.length) };
  return { to: '/unknown', flash: { key: `unknown.done.${what}`, values } };
}

function filterOf({ query, fields, context }: Visit): { channel?: Channel; entity?: string } {
  const channel = CHANNELS.find((one) => one === (fields.channel ?? query.channel));
  const entity = context.catalogue.entities.find((one) => one.entity === (fields.entity ?? query.entity))?.entity;
  return { ...(channel && { channel }), ...(entity && { entity }) };
}
