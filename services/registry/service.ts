import type { Router } from 'express';
import { ensureAuditIndex } from '../shared/audit/append.ts';
import type { Catalogue } from '../shared/catalogue.ts';
import { createConsentHistory } from '../shared/consent-history.ts';
import { createBlind } from '../shared/crypto/blind.ts';
import { createSealer } from '../shared/crypto/field.ts';
import type { KeyRing } from '../shared/crypto/keyring.ts';
import type { Ledger } from '../shared/ledger/index.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { createRecordAccess } from '../shared/record-access.ts';
import { createRegistryApi } from './api.ts';
import type { Authenticate } from './auth.ts';
import type { Context, Publish } from './context.ts';
import { REGISTRY_DEFAULTS, type RegistrySettings } from './settings.ts';
import { createCodes } from './store/codes.ts';
import { createErasures } from './store/erasures.ts';
import { createLimits } from './store/limits.ts';
import { createMandates } from './store/mandates.ts';
import { createSubscribers } from './store/subscribers.ts';
import { finishErasures } from './use-cases/erase.ts';
import { tellUnreadAgain } from './use-cases/tell-again.ts';
import { tendContacts } from './use-cases/tend-contacts.ts';

export type RegistryDeps = {
  ledger: Ledger;
  ring: KeyRing;
  catalogue: Catalogue;
  metrics: Metrics;
  authenticate: Authenticate;
  publish: Publish;
  log?: Logger;
  now?: () => Date;
  /** What differs from REGISTRY_DEFAULTS. */
  settings?: Partial<RegistrySettings>;
};

export type Registry = {
  /** Mount at `/v1`. */
  router: Router;
  /** What use cases need: the citizens' pages call the same functions with it. */
  context: Context;
  /** Removes used codes and counters whose time is over, and finishes erasures; run it every few minutes. Gives how many went. */
  sweep(): Promise<number>;
  /** Reminds of contacts that go stale and asks to mend those that bounced, and tells unread mandatory notices again; run it every few minutes. Gives how many. */
  tend(): Promise<number>;
};

/** Puts the register together. Rejects when its index cannot be made. */
export async function createRegistry(deps: RegistryDeps): Promise<Registry> {
  const { ledger, ring, catalogue, metrics, authenticate, publish, log, now = () => new Date() } = deps;
  const settings = { ...REGISTRY_DEFAULTS, ...deps.settings };
  const [blind, sealer] = [createBlind(ring), createSealer(ring)];
  await ensureAuditIndex(ledger);
  const context: Context = {
    ledger,
    ring,
    blind,
    sealer,
    catalogue,
    metrics,
    publish,
    now,
    settings,
    subscribers: createSubscribers(ledger),
    codes: createCodes(ledger, ring.codes, settings.code),
    limits: await createLimits(ledger, blind, settings.limits),
    consents: await createConsentHistory(ledger, sealer),
    lookups: await createRecordAccess(ledger, sealer),
    erasures: await createErasures(ledger),
    mandates: await createMandates(ledger, ring.codes),
  };
  return {
    router: createRegistryApi({ context, authenticate, log }),
    context,
    tend: async () => (await tendContacts(context)) + (await tellUnreadAgain(context)),
    sweep: async () =>
      (await context.codes.sweep(now())) + (await context.limits.sweep(now())) + (await finishErasures(context)),
  };
}
