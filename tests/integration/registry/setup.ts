import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from '@jest/globals';
import express from 'express';
import type { NotifyMeEvent } from '../../../contracts/generated/types.ts';
import { createTokenVerifier } from '../../../services/registry/auth.ts';
import { createLocalIssuer, type LocalIssuer } from '../../../services/registry/local-issuer.ts';
import { createRegistry, type Registry, type RegistryDeps } from '../../../services/registry/service.ts';
import { REGISTRY_DEFAULTS } from '../../../services/registry/settings.ts';
import { loadCatalogue } from '../../../services/shared/catalogue.ts';
import { freshKeyRing, parseKeyRing } from '../../../services/shared/crypto/keyring.ts';
import { connectLedger, type Ledger } from '../../../services/shared/ledger/index.ts';
import { createMetrics } from '../../../services/shared/metrics.ts';
import { invent } from '../../../services/shared/subject/invented.ts';

export const CODE = 'bh.gov.notifyme.contact.code.v1';
export const TAKEN_OVER = 'bh.gov.notifyme.contact.taken-over.v1';
export const MINUTE = 60_000;

// Answers are read by their documented shape; what they really hold is what the tests look at.
export type Json = ReturnType<typeof JSON.parse>;
export type Answer = { status: number; body: Json; headers: Headers };
export type Call = (method: string, path: string, body?: unknown, headers?: object) => Promise<Answer>;
export type Person = { subject: string; call: Call };

/** A register on the real database, in a database of its own, with a clock and a broker that the test holds. */
export function useRegistry() {
  const ring = parseKeyRing(freshKeyRing());
  const catalogue = loadCatalogue();
  const metrics = createMetrics();
  const t = {
    ring,
    catalogue,
    metrics,
    clock: Date.parse('2026-11-24T09:00:00Z'),
    published: [] as NotifyMeEvent[],
    brokerDown: false,
    people: 0,
    ledger: null as unknown as Ledger,
    issuer: null as unknown as LocalIssuer,
    registry: null as unknown as Registry,
    server: null as unknown as Server,
    deps: (): RegistryDeps => ({
      ledger: t.ledger,
      ring,
      catalogue,
      metrics,
      authenticate: createTokenVerifier(t.issuer),
      now: () => new Date(t.clock),
      publish: async (event) => {
        if (t.brokerDown) throw new Error('the broker is away');
        t.published.push(event);
      },
      // Every test calls from one address, so the quota of the client is not to be the one that is met.
      settings: { limits: { ...REGISTRY_DEFAULTS.limits, client: { points: 100_000, seconds: 3600 } } },
    }),
  };

  beforeAll(async () => {
    const uri = process.env.MONGODB_URI;
    if (!uri) throw new Error('MONGODB_URI is not set: run with `npm run test:integration`');
    t.ledger = await connectLedger({ uri, dbName: `registry_${randomBytes(4).toString('hex')}` });
    t.issuer = await createLocalIssuer();
    t.registry = await createRegistry(t.deps());
    t.server = await serve(express().use('/v1', t.registry.router));
  });

  afterAll(async () => {
    t.server?.close();
    await t.ledger?.connection.dropDatabase();
    await t.ledger?.close();
  });

  const call: Call = async (method, path, body, headers = {}) => {
    const response = await fetch(`${baseOf(t.server)}/v1${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : null, headers: response.headers };
  };

  const person = async (more: Partial<Parameters<LocalIssuer['mint']>[0]> = {}): Promise<Person> => {
    t.people += 1;
    const subject = more.subject ?? invent('cpr', 7_000_000 + t.people);
    const authorization = `Bearer ${await t.issuer.mint({ ...more, subject })}`;
    return { subject, call: (method, path, body, headers) => call(method, path, body, { authorization, ...headers }) };
  };

  /** Codes sent to a contact, oldest first: read where the router would read them. */
  const codesFor = (contactId: string): string[] =>
    t.published
      .map(({ type, data }) => ({ type, data: data as Json }))
      .flatMap(({ type, data }) => (type === CODE && data.contactId === contactId ? [String(data.code)] : []));

  const mobile = () => `+9733600${String(1000 + t.people * 7).padStart(4, '0')}`;

  const addSms = async (who: Person, address = mobile()): Promise<string> =>
    (await who.call('POST', '/me/contacts', { channel: 'sms', address })).body.id;

  return Object.assign(t, {
    call,
    person,
    codesFor,
    addSms,
    mobile,
    verified: async (who: Person, address: string): Promise<string> => {
      const id = await addSms(who, address);
      await who.call('POST', `/me/contacts/${id}/verify`, { code: codesFor(id).at(-1) });
      return id;
    },
    counted: async (name: 'codes' | 'registrations', label: string): Promise<number> => {
      const { values } = await metrics[name].get();
      return values.find(({ labels }) => Object.values(labels).includes(label))?.value ?? 0;
    },
    /** Everything that stands in the database, as text. */
    rawDatabase: async (): Promise<string> => {
      const collections = (await t.ledger.connection.db?.collections()) ?? [];
      return JSON.stringify(await Promise.all(collections.map((one) => one.find().toArray())));
    },
    resetLimits: () => t.ledger.connection.collection('limits').deleteMany({}),
  });
}

export async function serve(app: express.Express): Promise<Server> {
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

export const baseOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Some other code of six digits. */
export const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
