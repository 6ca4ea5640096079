import { listEntities } from '../entities/show.ts';
import type { AddPages, Banner, Page, Visit } from '../kit/types.ts';
import { addEntityKeyPages } from './entities-keys.ts';
import { addEntityLookPages } from './entities-look.ts';
import { addEntityPublishPages } from './entities-publish.ts';
import { addEntityRightsPages } from './entities-rights.ts';
import { entityIn, entityTools, onlyOf } from './entities-tools.ts';

const LOOKING = ['viewer', 'operator', 'approver', 'entity_admin'] as const;

const STATE_TONES = { live: 'good', test: 'info', suspended: 'bad' } as const;

/** Entities: who may publish what, with which texts and keys. An entity's administrator sees their own alone. */
export const addEntityPages: AddPages = (kit) => {
  kit.get('/entities', { may: LOOKING }, showList);
  addEntityPublishPages(kit);
  addEntityRightsPages(kit);
  addEntityKeyPages(kit);
  addEntityLookPages(kit);
  kit.get('/entities/:id', { may: LOOKING }, showOne);
  kit.banner(suspendedBanner);
};

/** Nothing new comes from a suspended entity: whoever wonders why must see it. Known in memory, so that it costs nothing. */
function suspendedBanner(visit: Visit): Banner[] {
  const { entities, stateOf: standing } = visit.context.catalogue;
  const only = onlyOf(visit);
  const suspended = entities
    .map(({ entity }) => entity)
    .filter((entity) => standing(entity) === 'suspended' && (only === null || only === entity));
  if (suspended.length === 0 || !visit.may('GET', '/entities')) return [];
  return [{ key: 'entity.suspendedNow', values: { entities: suspended.join(', ') }, to: '/entities' }];
}

async function showList(visit: Visit): Promise<Page> {
  const rows = await listEntities(entityTools(visit), onlyOf(visit));
  return {
    view: 'entities',
    title: 'entity.title',
    data: {
      rows: rows.map((row) => ({ ...row, to: `/entities/${row.entity}`, ...stateOf(row.state) })),
      mayRegister: visit.may('POST', '/entities/register'),
    },
  };
}

const stateOf = (state: keyof typeof STATE_TONES) => ({ said: `entity.state.${state}`, tone: STATE_TONES[state] });

async function showOne(visit: Visit): Promise<Page> {
  const view = await entityIn(visit);
  const { entity, title, grants, keys, versions, version } = view;
  const { may, language } = visit;
  const base = `/entities/${entity}`;
  return {
    view: 'entity',
    title: 'entity.one',
    titleValues: { title: title[language.code as 'en' | 'ar'] ?? title.en },
    data: {
      ...{ base, entity, deployed: view.deployed, changed: view.changed },
      ...stateOf(view.state),
      facts: { prefix: view.typePrefix, sender: view.smsSender, mail: view.operationsEmail, hosts: view.linkHosts },
      grants: { ...grants, lanes: grants.lanes.map((lane) => `lane.${lane}`) },
      types: view.typesInForce.map(({ type, title: name, lane = 'normal', mandatory, sensitivity, audience }) => ({
        ...{ type, title: name, lane: `lane.${lane}`, to: `${base}/types/${type}` },
        ...{ mandatory: mandatory === true, audience: audience === true, sensitive: sensitivity === 'sensitive' },
      })),
      inForce: version,
      versions: versions.map((one) => ({
        ...{ version: one.version, by: one.by, at: one.at, because: one.because, isInForce: one.version === version },
        diffTo: `${base}/diff?from=${version ?? 'files'}&to=${one.version}`,
      })),
      filesDiff: view.deployed && version !== null ? `${base}/diff?from=${version}&to=files` : null,
      keys: keys.map((key) => ({
        ...{ id: key.id, kind: `entity.kind.${key.kind}`, createdAt: key.createdAt, until: key.until },
        ...{ state: `entity.key.${key.state}`, tone: KEY_TONES[key.state] },
        rotateTo: key.state === 'in_use' && may('POST', ROTATE) ? `${base}/keys/${key.id}/rotate` : null,
        revokeTo:
          ['in_use', 'ending'].includes(key.state) && may('POST', ROTATE) ? `${base}/keys/${key.id}/revoke` : null,
      })),
      mayRights: may('POST', '/entities/:id/rights'),
      mayPropose: may('POST', '/entities/:id/propose'),
      mayKeys: may('POST', '/entities/:id/keys/new'),
    },
  };
}

const ROTATE = '/entities/:id/keys/:key/rotate';
const KEY_TONES = { in_use: 'good', ending: 'warn', ended: '', revoked: '' } as const;
