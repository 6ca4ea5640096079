import { accessRules } from '../../shared/kafka/access.ts';
import { ensureTopics } from '../../shared/kafka/connect.ts';
import { topics } from '../../shared/topics.ts';
import { recordAct } from '../acts.ts';
import { checkPackage } from './check.ts';
import { EntityError } from './errors.ts';
import { keepVersion, type Stored } from './publish.ts';
import { recordOf, saveRecord } from './store.ts';
import { type BrokerTools, checkBecause, type EntityTools, type Who } from './tools.ts';

export type Registered = Stored & {
  topics: string[];
  /** Whether access rules were made; `none` on a broker without access control. */
  access: 'made' | 'none';
};

/**
 * Registers an entity: topics and access rules, its first version, then its record, in test. The record comes last and is
 * one document: until it is there nobody knows the entity, and doing it again after a crash finishes it. Rights are those
 * that its package asks for: whoever registers it has seen them. The act is written first. Throws EntityError.
 */
export async function registerEntity(given: unknown, who: Who, tools: EntityTools & BrokerTools): Promise<Registered> {
  checkBecause(who);
  const checked = checkPackage(given, tools);
  const { entity, grants } = checked.package.catalogue;
  if ((await recordOf(entity, tools.ledger)) || tools.catalogue.entities.some((one) => one.entity === entity))
    throw new EntityError('exists', `${entity} is there already: publish a version of it`);
  const { ledger, clock } = tools;
  const { by, because } = who;
  const { mandatory, lanes, audience = true, quotaPerMinute = null } = grants;
  const rights = { mandatory, lanes: [...lanes], audience, quotaPerMinute };
  await recordAct(ledger, { kind: 'entity_register', by, because, details: { entity, rights } }, clock());
  const made = await prepareBroker(entity, tools);
  const stored = await keepVersion(checked, who, tools);
  const record = { _id: entity, state: 'test' as const, grants: rights, version: stored.version, by, at: clock() };
  await saveRecord(null, record, ledger);
  await tools.renew();
  return { ...stored, ...made };
}

/** Topics and access rules of an entity; those that are there stay. Throws EntityError `broker_refuses`. */
async function prepareBroker(
  entity: string,
  { kafka: open, prefix, partitions, catalogue }: BrokerTools & Pick<EntityTools, 'catalogue'>,
): Promise<{ topics: string[]; access: 'made' | 'none' }> {
  const names = topics(prefix);
  const kafka = await open();
  const wanted = [
    { topic: names.events(entity), partitions },
    { topic: names.outcomes(entity), partitions: 1 },
  ];
  try {
    await ensureTopics(kafka, wanted);
    const { applyAccess } = await import('../../shared/kafka/apply-access.ts');
    const entities = [...catalogue.entities.filter((one) => one.entity !== entity), { entity }];
    const access = await applyAccess(kafka, accessRules(prefix, { entities: entities as never })).then(
      () => 'made' as const,
      (error) => {
        if (!/SECURITY_DISABLED/.test(typeOf(error))) throw error;
        return 'none' as const;
      },
    );
    return { topics: wanted.map(({ topic }) => topic), access };
  } catch (error) {
    if (!/AUTHORIZATION_FAILED|topics_forbidden/.test(typeOf(error))) throw error;
    throw new EntityError(
      'broker_refuses',
      'this Kafka user may not make topics or access rules: let `notifyme entities register` do it as one who may',
    );
  }
}

type BrokerFault = {
  type?: string;
  code?: string | number;
  cause?: BrokerFault;
  originalError?: BrokerFault;
  errors?: BrokerFault[];
};

/** The broker's own words for an error, wherever kafkajs keeps them. */
function typeOf(error: unknown): string {
  const { type = '', code = '', cause, originalError, errors = [] } = (error ?? {}) as BrokerFault;
  return [type, code, ...[cause, originalError, ...errors].flatMap((inner) => (inner ? typeOf(inner) : []))].join(' ');
}
