import { LANES, type Lane } from '../../../contracts/status.ts';
import type { EntityState } from '../../shared/catalogue.ts';
import type { EntityRecord } from '../../shared/ledger/types.ts';
import { recordAct } from '../acts.ts';
import { EntityError } from './errors.ts';
import { saveRecord } from './store.ts';
import { changeable, checkBecause, type EntityTools, seenOf, type Who } from './tools.ts';

export type Grants = NonNullable<EntityRecord['grants']>;

/** What the entity may do now, as one piece. */
export function grantsOf(entity: string, tools: Pick<EntityTools, 'catalogue'>): Grants {
  const { mandatory, lanes, audience = true, quotaPerMinute = null } = changeable(entity, tools).grants;
  return { mandatory, lanes: [...lanes], audience, quotaPerMinute };
}

/**
 * Grants or takes rights: what `change` names; the rest stays. Holds in every process within seconds, for what comes
 * from then on. The act is written first. Throws EntityError.
 */
export async function grantRights(
  entity: string,
  change: Partial<Grants>,
  who: Who,
  tools: EntityTools,
): Promise<{ before: Grants; after: Grants }> {
  checkBecause(who);
  const seen = await seenOf(entity, tools);
  const { before, after } = foreseeRights(entity, change, tools);
  await decideOn(seen, entity, { grants: after }, { kind: 'entity_grant', details: { before, after } }, who, tools);
  return { before, after };
}

/** What `grantRights` would do. Throws EntityError. */
export function foreseeRights(entity: string, change: Partial<Grants>, tools: Pick<EntityTools, 'catalogue'>) {
  const before = grantsOf(entity, tools);
  const named = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const wanted: Grants = { ...before, ...named };
  const lanes = LANES.filter((lane: Lane) => wanted.lanes.includes(lane));
  if (lanes.length === 0)
    throw new EntityError('no_lanes', 'an entity without a lane could publish nothing: suspend it');
  const after = { ...wanted, lanes };
  if (isSame(before, after)) throw new EntityError('same', 'it has these rights already');
  return { before, after };
}

/** Puts an entity into test, makes it live, or suspends it; the act is written first. Throws EntityError. */
export async function setState(entity: string, state: EntityState, who: Who, tools: EntityTools): Promise<void> {
  checkBecause(who);
  const seen = await seenOf(entity, tools);
  changeable(entity, tools);
  const before = tools.catalogue.stateOf(entity);
  if (before === state) throw new EntityError('same', `${entity} is ${state} already`);
  await decideOn(seen, entity, { state }, { kind: 'entity_state', details: { before, after: state } }, who, tools);
}

type About = { kind: 'entity_grant' | 'entity_state'; details: Record<string, unknown> };

async function decideOn(
  seen: EntityRecord | null,
  entity: string,
  change: Partial<Pick<EntityRecord, 'grants' | 'state'>>,
  { kind, details }: About,
  { by, because }: Who,
  { ledger, clock, renew }: EntityTools,
): Promise<void> {
  const at = clock();
  await recordAct(ledger, { kind, by, because, details: { entity, ...details } }, at);
  const blank = { _id: entity, state: 'live' as const, grants: null, version: null };
  await saveRecord(seen, { ...blank, ...seen, ...change, by, at }, ledger);
  await renew();
}

const isSame = (one: Grants, other: Grants): boolean =>
  one.mandatory === other.mandatory &&
  one.audience === other.audience &&
  one.quotaPerMinute === other.quotaPerMinute &&
  LANES.every((lane) => one.lanes.includes(lane) === other.lanes.includes(lane));
