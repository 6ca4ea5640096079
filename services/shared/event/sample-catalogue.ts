import type { EntityCatalogue, EventType } from '../../../contracts/generated/types.ts';
import { buildCatalogue, type Catalogue } from '../catalogue.ts';

const text = (en: string) => ({ en, ar: en });

const eventType = (type: string, more: Partial<EventType> = {}): EventType => ({
  type,
  title: text('Sample notice'),
  category: 'licences',
  mandatory: false,
  lane: 'normal',
  ttlSeconds: 259_200,
  sensitivity: 'open',
  onUnknown: 'hold',
  replay: true,
  audience: false,
  directToContact: false,
  template: 'sample',
  plan: [{ channels: ['email'], waitSeconds: 0 }],
  dataSchema: {
    type: 'object',
    required: ['reference'],
    properties: { reference: { type: 'string', maxLength: 300_000 }, fee: { type: 'number', minimum: 0 } },
    additionalProperties: false,
  },
  ...more,
});

const entity = (id: string, typePrefix: string, mandatory: boolean, types: EventType[]): EntityCatalogue => ({
  entity: id,
  title: text(id),
  typePrefix,
  smsSender: 'Sample',
  grants: { mandatory, lanes: mandatory ? ['urgent', 'normal', 'bulk'] : ['normal'] },
  linkHosts: [],
  categories: [{ id: 'licences', title: text('Licences') }],
  types: types as EntityCatalogue['types'],
});

/** Invented entities for tests: `sijilat` without grants, `health` with all of them, and the platform itself. */
export const sampleCatalogue = (): Catalogue =>
  buildCatalogue([
    entity('sijilat', 'bh.gov.moic.sijilat.', false, [
      eventType('bh.gov.moic.sijilat.licence.renewed.v1'),
      eventType('bh.gov.moic.sijilat.licence.revoked.v1', { mandatory: true }),
      eventType('bh.gov.moic.sijilat.licence.campaign.v1', { lane: 'bulk' }),
    ]),
    entity('health', 'bh.gov.moh.health.', true, [
      eventType('bh.gov.moh.health.result.ready.v1', { mandatory: true, lane: 'urgent' }),
      eventType('bh.gov.moh.health.campaign.flu.v1', { audience: true, lane: 'bulk' }),
    ]),
    entity('notifyme', 'bh.gov.notifyme.', true, [
      eventType('bh.gov.notifyme.contact.code.v1', { directToContact: true, mandatory: true, lane: 'urgent' }),
    ]),
  ]);
