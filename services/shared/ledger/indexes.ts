import type { mongo } from 'mongoose';

type IndexSpecification = mongo.IndexSpecification;
type CreateIndexesOptions = mongo.CreateIndexesOptions;

type Index = { collection: string; keys: IndexSpecification; options: CreateIndexesOptions };

const index = (
  collection: string,
  keys: IndexSpecification,
  name: string,
  options: CreateIndexesOptions = {},
): Index => ({
  collection,
  keys,
  options: { name, ...options },
});

/** Every index of the ledger. No TTL index: what is old is removed by a counted sweep, which every server can do. */
export const INDEXES: Index[] = [
  index('notifications', { subscriberId: 1, acceptedAt: -1 }, 'inbox'),
  // In this order it finds a case of one person, and a case whoever it is of.
  index('notifications', { correlationId: 1, subscriberId: 1 }, 'of_case'),
  // One index answers every search by entity, status and time: a condition that is left out stands as all its values.
  index('notifications', { entity: 1, status: 1, acceptedAt: -1 }, 'search'),
  index('notifications', { eventId: 1, acceptedAt: -1 }, 'of_event'),
  index('deliveries', { entity: 1, status: 1, createdAt: -1 }, 'search'),
  index('notifications', { acceptedAt: 1 }, 'mandatory', { partialFilterExpression: { mandatory: true } }),
  index('deliveries', { notificationId: 1 }, 'of_notification'),
  index('deliveries', { status: 1, dueAt: 1 }, 'due'),
  index('deliveries', { status: 1, dueAt: 1 }, 'urgent_due', { partialFilterExpression: { lane: 'urgent' } }),
  // What failed lately, among all that ever failed: only a delivery that fails enters it.
  index('deliveries', { updatedAt: 1 }, 'failed', {
    partialFilterExpression: { status: { $in: ['failed', 'bounced', 'expired', 'unknown'] } },
  }),
  index('deliveries', { providerRef: 1 }, 'provider_ref'),
  index('deliveries', { contactId: 1 }, 'quiet', { partialFilterExpression: { reason: 'quiet_hours' } }),
  // Urgent ones are let go first ("urgent" comes last in the alphabet), then those that waited longest.
  index('deliveries', { pausedBy: 1, lane: -1, createdAt: 1 }, 'paused', {
    partialFilterExpression: { reason: 'paused' },
  }),
  index('receipts', { matched: 1, dueAt: 1 }, 'unmatched'),
  index('notifications', { outcomeTold: 1 }, 'untold', { partialFilterExpression: { outcomeTold: false } }),
  index('audiences', { status: 1, dueAt: 1 }, 'audience_due'),
  index('receipts', { deliveryId: 1 }, 'of_delivery'),
  index('receipts', { providerRef: 1 }, 'receipt_provider_ref'),
  index('api_keys', { entity: 1 }, 'of_entity'),
  index('catalogue_versions', { entity: 1, version: -1 }, 'version_of_entity'),
  index('subscribers', { 'contacts.careAt': 1 }, 'contact_care'),
  index('audit', { targets: 1, _id: -1 }, 'audit_targets'),
  index('owners', { subscriberId: 1 }, 'of_subscriber'),
  index('deliveries', { delegateId: 1 }, 'of_delegate', { partialFilterExpression: { delegateId: { $exists: true } } }),
  index('mandates', { principalId: 1, createdAt: -1 }, 'mandate_principal'),
  index('suppressions', { at: -1 }, 'suppressed_at'),
  index('counters', { kind: 1, grain: 1, at: 1 }, 'counted'),
  index('dead_letters', { replayedAt: 1, at: -1 }, 'open_letters'),
  index('dead_letters', { key: 1 }, 'letters_of'),
  index('webhooks', { entity: 1, slot: 1 }, 'webhook_slot', { unique: true }),
  index('webhooks', { status: 1, dueAt: 1 }, 'webhook_due'),
  index('webhook_retries', { webhookId: 1, state: 1, dueAt: 1 }, 'webhook_retry_due'),
];
