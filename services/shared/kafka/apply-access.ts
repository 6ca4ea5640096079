import kafkajs, { type Kafka } from 'kafkajs';
import type { AccessRule, Operation } from './access.ts';

// Node does not see these among the names of that CommonJS module.
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const KIND = { topic: AclResourceTypes.TOPIC, group: AclResourceTypes.GROUP } as const;
const PATTERN = { literal: ResourcePatternTypes.LITERAL, prefixed: ResourcePatternTypes.PREFIXED } as const;
const OPERATION: Record<Operation, kafkajs.AclOperationTypes> = {
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
  describe: AclOperationTypes.DESCRIBE,
};

/**
 * Makes access rules on the broker; those that are there already stay as they are. The client's user must be allowed to
 * (ALTER on the cluster). Throws kafkajs's errors: SECURITY_DISABLED from a broker without an authorizer.
 */
export async function applyAccess(kafka: Kafka, rules: AccessRule[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createAcls({
      acl: rules.map(({ user, kind, pattern, name, operation }) => ({
        principal: `User:${user}`,
        host: '*',
        resourceType: KIND[kind],
        resourceName: name,
        resourcePatternType: PATTERN[pattern],
        operation: OPERATION[operation],
        permissionType: AclPermissionTypes.ALLOW,
      })),
    });
  } finally {
    await admin.disconnect();
  }
}
