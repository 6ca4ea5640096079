import type { EntityCatalogue, EventType } from '../../contracts/generated/types.ts';
import type { Channel } from '../../contracts/status.ts';
import { buildCatalogue, type Catalogue } from '../../services/shared/catalogue.ts';

const text = (en: string) => ({ en, ar: en });
const PREFIX = 'bh.gov.sample.office.';

/** Event types of the invented entity `office`, by what is special about them. */
export const TYPES = {
  mail: `${PREFIX}mail.v1`,
  sms: `${PREFIX}sms.v1`,
  push: `${PREFIX}push.v1`,
  both: `${PREFIX}both.v1`,
  steps: `${PREFIX}steps.v1`,
  mandatory: `${PREFIX}mandatory.v1`,
  code: `${PREFIX}code.v1`,
  campaign: `${PREFIX}campaign.v1`,
} as const;

const eventType = (type: string, channels: Channel[][], more: Partial<EventType> = {}): EventType => ({
  type,
  title: text('Sample notice'),
  category: 'cases',
  mandatory: false,
  lane: 'normal',
  ttlSeconds: 86_400,
  sensitivity: 'open',
  onUnknown: 'hold',
  replay: true,
  audience: false,
  directToContact: false,
  template: 'sample',
  plan: channels.map((some, step) => ({ channels: some, waitSeconds: step === 0 ? 0 : 600 })) as EventType['plan'],
  dataSchema: { type: 'object', required: ['reference'], properties: { reference: { type: 'string' } } },
  ...more,
});

/** A catalogue with a type for each way through the pipeline, and with `others` beside the office. */
export const pipelineCatalogue = (...others: string[]): Catalogue => {
  const office: EntityCatalogue = {
    entity: 'office',
    title: text('Sample Office'),
    typePrefix: PREFIX,
    smsSender: 'Sample',
    grants: { mandatory: true, lanes: ['urgent', 'normal', 'bulk'] },
    linkHosts: [],
    categories: [{ id: 'cases', title: text('Cases') }],
    types: [
      eventType(TYPES.mail, [['email']]),
      eventType(TYPES.sms, [['sms']]),
      eventType(TYPES.push, [['push']]),
      eventType(TYPES.both, [['sms', 'email']]),
      eventType(TYPES.steps, [['push'], ['sms']]),
      eventType(TYPES.mandatory, [['email']], { mandatory: true }),
      eventType(TYPES.code, [['sms']], { mandatory: true, lane: 'urgent', ttlSeconds: 300, onUnknown: 'resend' }),
      eventType(TYPES.campaign, [['email']], { audience: true, lane: 'bulk' }),
    ],
  };
  const other = (entity: string): EntityCatalogue => {
    const typePrefix = `bh.gov.sample.${entity}.`;
    const named = (type: string) => type.replace(PREFIX, typePrefix);
    const types = office.types.map((one) => ({ ...one, type: named(one.type) })) as EntityCatalogue['types'];
    return { ...office, entity, typePrefix, types };
  };
  return buildCatalogue([office, ...others.map(other)]);
};
