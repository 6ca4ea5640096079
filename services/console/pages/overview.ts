import { CHANNELS, LANES } from '../../../contracts/status.ts';
import { choiceField } from '../../shared/web/fields.ts';
import type { FormState } from '../../shared/web/types.ts';
import { ROLES, type Role } from '../access.ts';
import type { AddPages, Visit } from '../kit/types.ts';
import { operationsData } from '../overview/operations.ts';
import { createOverview, type Overview } from '../overview/read.ts';
import { entityNames, figures, groupTable, speedChart, timeChart } from '../overview/show.ts';
import { readView, SPANS, type View } from '../overview/span.ts';

const EVERY_MS = 3_000;
/** Who sees how the machinery is; the others see how their notices go. */
const OPERATIONS: Role[] = ['viewer', 'operator', 'approver', 'privacy_officer'];

/** How it goes, at a glance: counters of notices and deliveries, and how the machinery is. */
export const addOverviewPages: AddPages = (kit) => {
  const overview = createOverview(kit.context);
  kit.get('/', { may: ROLES }, async (visit) => {
    const view = viewOf(visit);
    const query = new URLSearchParams(
      Object.entries(view).filter(([, value]) => value !== undefined) as [string, string][],
    );
    return {
      view: 'overview',
      title: 'overview.title',
      data: {
        ...(await liveData(visit, overview)),
        ...filters(view, visit),
        live: `/live?${query}`,
      },
    };
  });
  kit.live(
    '/live',
    { may: ROLES },
    { everyMs: EVERY_MS, piece: 'overview', data: (visit) => liveData(visit, overview) },
  );
};

const viewOf = ({ query, context, operator }: Visit): View =>
  readView(
    query,
    context.catalogue.entities.map(({ entity }) => entity),
    operator.entity,
  );

async function liveData(visit: Visit, overview: Overview) {
  const { language, context } = visit;
  const view = viewOf(visit);
  const [flow, operations] = await Promise.all([
    overview.flow(view),
    visit.is(...OPERATIONS) ? overview.operations() : null,
  ]);
  return {
    spanKey: `overview.span.${view.span}`,
    at: flow.at,
    ...figures(flow, language),
    time: timeChart(flow, view.span, language),
    groups: [
      groupTable('channel', flow.channels, (name) => ({ key: `channel.${name}` }), language),
      groupTable('lane', flow.lanes, (name) => ({ key: `lane.${name}` }), language),
      groupTable('entity', flow.entities, entityNames(context.catalogue), language),
    ],
    speed: speedChart(flow, language),
    operations: operations && operationsData(operations, context.prefix, language),
  };
}

/** What narrows the page down, as fields of a form that only asks. */
function filters(view: View, { language, operator, context }: Visit) {
  const { text, code } = language;
  const state: FormState = { fields: {}, list: () => [], typed: false, errors: [] };
  const all = { value: '', label: text.plain('overview.all') };
  const { entities } = context.catalogue;
  return {
    spanField: choiceField(state, {
      name: 'span',
      label: 'overview.span',
      value: view.span,
      choices: Object.keys(SPANS).map((value) => ({ value, label: text.plain(`overview.span.${value}`) })),
    }),
    channelField: choiceField(state, {
      name: 'channel',
      label: 'overview.by.channel',
      value: view.channel ?? '',
      choices: [all, ...CHANNELS.map((value) => ({ value, label: text.plain(`channel.${value}`) }))],
    }),
    laneField: choiceField(state, {
      name: 'lane',
      label: 'overview.by.lane',
      value: view.lane ?? '',
      choices: [all, ...LANES.map((value) => ({ value, label: text.plain(`lane.${value}`) }))],
    }),
    // An entity administrator has one entity and no choice.
    entityField: operator.entity
      ? null
      : choiceField(state, {
          name: 'entity',
          label: 'overview.by.entity',
          value: view.entity ?? '',
          choices: [
            all,
            ...entities.map(({ entity, title }) => ({
              value: entity,
              label: code === 'ar' ? title.ar : title.en,
            })),
          ],
        }),
  };
}
