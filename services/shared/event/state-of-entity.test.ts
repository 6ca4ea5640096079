import { describe, expect, it } from '@jest/globals';
import { buildCatalogue, type EntityState } from '../catalogue.ts';
import { checkEvent, type EventContext } from './check-event.ts';
import { sampleCatalogue } from './sample-catalogue.ts';

const { entities } = sampleCatalogue();
const event = {
  specversion: '1.0',
  id: 'evt-1',
  source: '/health',
  type: 'bh.gov.moh.health.campaign.flu.v1',
  subject: 'audience:north',
  data: { reference: 'AB-2027/15' },
};

const faultsOf = (more: Partial<EventContext> & { state?: EntityState; audience?: boolean } = {}) => {
  const { state = 'live', audience, ...context } = more;
  const given = entities.map((entity) => ({ ...entity, grants: { ...entity.grants, audience } }));
  const catalogue = buildCatalogue(given, { states: new Map([['health', state]]) });
  const now = new Date('2026-11-24T09:00:00Z');
  const checked = checkEvent(event, { catalogue, now, entity: 'health', keyKind: 'live', ...context });
  return checked.ok ? [] : checked.faults.map(({ code, pointer }) => `${code} ${pointer}`);
};

describe('what an entity may publish', () => {
  it('is nothing while it is suspended, whichever key it holds', () => {
    expect(faultsOf({ state: 'suspended' })).toEqual(['entity_suspended /source']);
    expect(faultsOf({ state: 'suspended', keyKind: 'test' })).toEqual(['entity_suspended /source']);
  });

  it('is with test keys alone while it is in test', () => {
    expect(faultsOf({ state: 'test' })).toEqual(['entity_in_test /source']);
    expect(faultsOf({ state: 'test', keyKind: 'test' })).toEqual([]);
  });

  it('is to no audience without that right, and to one where the right is not spoken of', () => {
    expect(faultsOf({ audience: false })).toEqual(['not_granted /subject']);
    expect(faultsOf({ audience: true })).toEqual([]);
    expect(faultsOf()).toEqual([]);
  });

  it('is not asked again of what the front door acknowledged', () => {
    expect(faultsOf({ state: 'suspended', audience: false, acknowledged: true })).toEqual([]);
  });
});
