import { createHash } from 'node:crypto';
import MongoStore from 'connect-mongo';
import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import type { Collection } from 'mongoose';
import type { Ledger } from '../ledger/index.ts';

export type SessionOptions = {
  ledger: Pick<Ledger, 'connection'>;
  /** Collection, and name of the cookie. */
  collection: string;
  cookie: string;
  key: string;
  secure: boolean;
  idleMinutes: number;
};

export type Sessions = { handler: RequestHandler; cookie: string; sweep(now: Date): Promise<number> };

/**
 * Sessions in the ledger, under a hash of their id: who reads the database cannot take one over. `__Host-` binds the
 * cookie to this host and to https (RFC 6265bis, 4.1.3.2). No TTL index: `sweep` removes what is over.
 */
export async function createSessions(options: SessionOptions): Promise<Sessions> {
  const { ledger, collection: name, key, secure, idleMinutes } = options;
  const collection = ledger.connection.collection(name);
  await collection.createIndex({ expires: 1 }, { name: 'session_expires' });
  const cookie = secure ? `__Host-${options.cookie}` : options.cookie;
  const store = MongoStore.create({
    client: ledger.connection.getClient() as never,
    dbName: ledger.connection.name,
    collectionName: name,
    autoRemove: 'disabled',
    ttl: idleMinutes * 60,
    touchAfter: 60,
    stringify: false,
    transformId: storedId,
  } as Parameters<typeof MongoStore.create>[0]);
  store.destroy = (id, done) => void remove(collection, id).then(() => done?.(null), done);
  const handler = session({
    name: cookie,
    secret: key,
    store,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    // TLS often ends at a proxy, whose X-Forwarded-Proto then tells.
    proxy: secure ? true : undefined,
    cookie: { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: idleMinutes * 60_000 },
  });
  return {
    handler,
    cookie,
    sweep: async (now) => (await collection.deleteMany({ expires: { $lt: now } })).deletedCount,
  };
}

const storedId = (id: string): string => createHash('sha256').update(id).digest('hex');

/** The store of the library deletes one document, which misses it while another request touches it (ADR 25). */
const remove = (collection: Collection, id: string) => collection.deleteMany({ _id: storedId(id) as never });

/** A new id for the session, so that one planted before the sign-in is worth nothing after it (OWASP ASVS 3.2.1). */
export const rotate = (req: Request): Promise<void> => settle((done) => req.session.regenerate(done));
export const save = (req: Request): Promise<void> => settle((done) => req.session.save(done));
export const end = (req: Request): Promise<void> => settle((done) => req.session.destroy(done));

const settle = (start: (done: (error?: unknown) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
