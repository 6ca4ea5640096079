import { createHash } from 'node:crypto';
import { type Express, Router } from 'express';
import { publicKeysRouter } from '../../services/console/evidence/public-keys.ts';
import { publish } from '../../services/console/public/figures.ts';
import { createOpenData } from '../../services/console/public/open-data.ts';
import { createIngestApi } from '../../services/ingest/api.ts';
import { createCallbacksApi } from '../../services/ingest/callbacks/index.ts';
import { createRegistryApi } from '../../services/registry/api.ts';
import { problemOf } from '../../services/registry/problems.ts';
import { refuse } from '../../services/registry/result.ts';
import { REGISTRY_DEFAULTS } from '../../services/registry/settings.ts';
import { loadCatalogue } from '../../services/shared/catalogue.ts';
import type { FlowRow } from '../../services/shared/counters/read.ts';
import { createBlind } from '../../services/shared/crypto/blind.ts';
import { createEventSealer } from '../../services/shared/crypto/event-seal.ts';
import { createSealer } from '../../services/shared/crypto/field.ts';
import { createApp } from '../../services/shared/http/app.ts';
import { silentLogger } from '../../services/shared/log.ts';
import { createMetrics } from '../../services/shared/metrics.ts';
import { topics } from '../../services/shared/topics.ts';
import { createUnsubscribeToken } from '../../services/shared/unsubscribe.ts';
import { createWebhooksApi } from '../../services/webhooks/api.ts';
import { createSender } from '../../services/webhooks/sender.ts';
import { deliveryOf, noticeOf, subscriberOf, webhookOf } from './fake-documents.ts';

const bytes = (byte: number) => Buffer.alloc(32, byte);
const ring = { current: 'k1', keys: { k1: bytes(1) }, blind: bytes(2), codes: bytes(3), unsubscribe: bytes(4) };
const sealer = createSealer(ring);
const blind = createBlind(ring);
const catalogue = loadCatalogue();
const metrics = createMetrics();
const secret = 'a'.repeat(43);

/** The key of the entity `benayat`, and a link that an email of it would carry. */
export const KEY = `nk_live_${'k'.repeat(16)}_${secret}`;
export const LINK = createUnsubscribeToken(ring, {
  subscriberId: blind.subscriberId('cpr:480620030'),
  entity: 'benayat',
  category: catalogue.bySource('/benayat')!.categories[0]!.id,
});

/** A query of mongoose that gives the same whatever is asked. */
const query = (found: unknown) => {
  const self = { select: () => self, sort: () => self, limit: () => self, lean: async () => found };
  return self;
};

const hash = createHash('sha256').update(secret).digest('hex');
const changed = async () => ({ modifiedCount: 1 });
const [notice, delivery, subscriber] = [noticeOf(sealer), deliveryOf(), subscriberOf(sealer)];
const webhook = webhookOf(sealer);
const outcome = JSON.stringify({
  notificationId: notice._id,
  source: '/benayat',
  eventId: 'e-1',
  type: notice.type,
  status: 'not_reached',
  reason: 'no_contact',
  channels: [{ channel: 'sms', status: 'skipped', reason: 'no_contact' }],
  at: '2026-11-24T09:35:00.000Z',
  test: false,
  revision: 0,
});

const ledger = {
  apiKeys: { findOne: () => query({ _id: 'k'.repeat(16), entity: 'benayat', kind: 'live', hash, revokedAt: null }) },
  notifications: {
    findOne: () => query(notice),
    find: () => query([notice]),
    updateOne: changed,
    collection: { insertMany: async () => ({}) },
  },
  deliveries: { find: () => query([delivery]), updateOne: changed, updateMany: changed },
  audiences: { findOne: () => query(null), updateOne: changed },
  webhooks: {
    find: () => query([webhook]),
    findOne: () => query(webhook),
    findOneAndUpdate: () => query(webhook),
    deleteMany: async () => ({ deletedCount: 1 }),
    collection: { insertOne: async () => ({}) },
  },
  webhookRetries: { find: () => query([]), countDocuments: async () => 0, deleteMany: changed },
  feed: { find: () => query([{ _id: `benayat:${'0'.repeat(16)}`, entity: 'benayat', offset: 0, outcome }]) },
} as never;

const DAY = new Date('2026-11-23T21:00:00Z');
const counted: FlowRow[] = [null, 'sms' as const].map((channel) => ({
  ...{ at: DAY, channel, entity: 'benayat', lane: 'normal', handoff: [0, 4, 30] },
  ...{ accepted: 40, sent: 34, delivered: 30, failed: 3 },
}));

/** All services' routes over a ledger that always holds the same notice and person, and a broker that takes all. */
export function createFakeServices(): Express {
  const log = silentLogger;
  const eventSealer = createEventSealer(ring);
  const ingest = createIngestApi({
    ledger,
    producer: { send: async () => {} },
    catalogue,
    topics: topics(),
    blind,
    sealer,
    eventSealer,
    metrics,
    log,
  });
  const callbacks = createCallbacksApi({
    publish: async () => {},
    sealer,
    log,
    fetcher: {} as never,
    topicArns: [],
    firehoseKeys: ['key'],
  });
  const context = {
    ledger,
    ring,
    blind,
    sealer,
    catalogue,
    metrics,
    publish: async () => {},
    now: () => new Date(),
    settings: REGISTRY_DEFAULTS,
    subscribers: { find: async () => subscriber },
  } as never;
  const registry = createRegistryApi({
    context,
    async authenticate(req) {
      if (!req.get('authorization')) throw problemOf(refuse('not_signed_in'));
      return { subject: 'cpr:480620030', assurance: 'substantial', by: 'person' };
    },
  });
  const webhooks = createWebhooksApi({
    ...{ ledger, sealer, metrics, log, clock: () => new Date(), random: Math.random, allowPrivate: false },
    ...{ sender: createSender({ timeoutMs: 100, allowPrivate: false }), leaseMs: 1, suspendAfterMs: 1 },
  });
  const openData = createOpenData(async () => publish(counted, [DAY], DAY));
  const mounted = [callbacks, ingest, webhooks, openData].map((router) => ({ path: '/', router }));
  // The public half of a key of RFC 7517, appendix A.1.
  const point = { x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4', y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM' };
  const router = publicKeysRouter({ keys: [{ kty: 'EC', crv: 'P-256', kid: '1', ...point }] });
  const keys = { path: '/.well-known', router };
  return createApp({
    routers: [...mounted, keys, { path: '/v1', router: Router().use(registry) }],
    checks: [],
    metrics,
    log,
    trustProxy: 0,
  });
}
