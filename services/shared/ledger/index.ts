import mongoose, { type Connection, type Model, Schema } from 'mongoose';
import { INDEXES } from './indexes.ts';
import type {
  ApiKey,
  Audience,
  CatalogueVersion,
  Control,
  Delivery,
  EntityRecord,
  FeedItem,
  Notification,
  StoredDeadLetter,
  StoredReceipt,
  Subscriber,
  Suppression,
  Webhook,
  WebhookRetry,
} from './types.ts';

export type Ledger = {
  subscribers: Model<Subscriber>;
  notifications: Model<Notification>;
  deliveries: Model<Delivery>;
  receipts: Model<StoredReceipt>;
  deadLetters: Model<StoredDeadLetter>;
  audiences: Model<Audience>;
  apiKeys: Model<ApiKey>;
  entities: Model<EntityRecord>;
  catalogueVersions: Model<CatalogueVersion>;
  feed: Model<FeedItem>;
  webhooks: Model<Webhook>;
  webhookRetries: Model<WebhookRetry>;
  controls: Model<Control>;
  suppressions: Model<Suppression>;
  /** Who holds a verified address: `_id` is the address id. */
  owners: Model<{ _id: string; subscriberId: string; at: Date }>;
  connection: Connection;
  close(): Promise<void>;
};

export type LedgerOptions = {
  uri: string;
  dbName: string;
  maxPoolSize?: number;
  /** The driver tells of every command (`commandStarted`), for those who look at what is asked of the database. */
  monitorCommands?: boolean;
};

/**
 * Connects to MongoDB and makes sure of every index before it returns; an index that cannot be made is an error.
 * Documents are checked by the services that write them: the models have open schemas so that hot paths pay nothing.
 */
export async function connectLedger({
  uri,
  dbName,
  maxPoolSize = 20,
  monitorCommands = false,
}: LedgerOptions): Promise<Ledger> {
  const connection = await mongoose
    .createConnection(uri, {
      dbName,
      maxPoolSize,
      monitorCommands,
      serverSelectionTimeoutMS: 10_000,
      // A monitor that streams notices a line that went silent only after connectTimeoutMS + heartbeatFrequencyMS, 40 s
      // by default; one that asks every 5 s notices after at most 10 s.
      connectTimeoutMS: 5_000,
      heartbeatFrequencyMS: 5_000,
      serverMonitoringMode: 'poll',
      autoIndex: false,
      autoCreate: false,
    })
    .asPromise();
  const model = <T>(name: string): Model<T> => connection.model(name, openSchema(), name) as unknown as Model<T>;
  const ledger: Ledger = {
    subscribers: model('subscribers'),
    notifications: model('notifications'),
    deliveries: model('deliveries'),
    receipts: model('receipts'),
    deadLetters: model('dead_letters'),
    audiences: model('audiences'),
    apiKeys: model('api_keys'),
    entities: model('entities'),
    catalogueVersions: model('catalogue_versions'),
    feed: model('feed'),
    webhooks: model('webhooks'),
    webhookRetries: model('webhook_retries'),
    controls: model('controls'),
    suppressions: model('suppressions'),
    owners: model('owners'),
    connection,
    close: () => connection.close(),
  };
  for (const { collection, keys, options } of INDEXES)
    await connection.collection(collection).createIndex(keys, options);
  return ledger;
}

/** What a catalogue in force is read from, over a connection of one's own that makes no index. */
export function catalogueModels(connection: Connection): Pick<Ledger, 'entities' | 'catalogueVersions'> {
  const model = <T>(name: string) => connection.model(name, openSchema(), name) as unknown as Model<T>;
  return { entities: model('entities'), catalogueVersions: model('catalogue_versions') };
}

/** True for the answer that *is* the duplicate check (MongoDB error 11000). */
export const isDuplicateKey = (error: unknown): boolean => (error as { code?: number })?.code === 11000;

// 16908292 is how the PostgreSQL-backed server says "deadlock detected"; 112 is MongoDB's WriteConflict; 1 is
// InternalError, which that server answers when two steps get in each other's way inside of it.
const TRANSIENT_CODES = new Set([16908292, 112, 1]);
const TRANSIENT_NAMES = /Network|ServerSelection|PoolCleared|Timeout|NotPrimary|WriteConflict/;

/** True when the same step may succeed if repeated: lost connection, changed primary, deadlock. */
export function isTransient(error: unknown): boolean {
  const { code, name = '', message = '' } = (error ?? {}) as { code?: number; name?: string; message?: string };
  return (
    (code !== undefined && TRANSIENT_CODES.has(code)) ||
    TRANSIENT_NAMES.test(name) ||
    /deadlock detected|could not serialize|connection .*closed|ECONN|the database system is/i.test(message)
  );
}

/** Repeats an idempotent ledger step while the database answers with a passing fault; at most `tries` times. */
export async function retryTransient<T>(step: () => Promise<T>, tries = 5): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await step();
    } catch (error) {
      if (n >= tries || !isTransient(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** n * (0.5 + Math.random())));
    }
  }
}

type Insertable = { insertMany(documents: never[], options: { ordered: false }): Promise<unknown> };

/**
 * Unordered insert in `_id` order; what is there already stays as it is. The duplicate-key error *is* the duplicate
 * check; any other is thrown. Returns how many were there already.
 */
export async function insertNew(collection: Insertable, documents: { _id: string }[]): Promise<{ duplicates: number }> {
  if (documents.length === 0) return { duplicates: 0 };
  try {
    await collection.insertMany(byId(documents) as never[], { ordered: false });
    return { duplicates: 0 };
  } catch (error) {
    const failures = [(error as { writeErrors?: unknown }).writeErrors ?? error].flat();
    if (!failures.every(isDuplicateKey)) throw error;
    return { duplicates: failures.length };
  }
}

/** Orders bulk operations by `_id`: two writers over the same documents then never wait for each other in a circle. */
export const byId = <T extends { _id: string }>(items: T[]): T[] =>
  items.toSorted((a, b) => (a._id < b._id ? -1 : a._id > b._id ? 1 : 0));

function openSchema() {
  const schema = new Schema({ _id: String }, { strict: false, versionKey: false, minimize: false, id: false });
  schema.pre('find', function () {
    if (this.getOptions().batchSize === undefined) this.batchSize(WHOLE);
  });
  schema.pre('aggregate', function () {
    this.options.cursor ??= { batchSize: WHOLE };
  });
  return schema;
}

/**
 * So many documents come in one answer. Without it the driver fetches them 101 at a time, and FerretDB reads each of
 * these anew: beside updates a document then comes twice or not at all (ADR 28). More than 16 MB still come in parts.
 */
export const WHOLE = 10_000;
