import type { NotifyMeEvent } from '../../contracts/generated/types.ts';
import type { Catalogue } from '../shared/catalogue.ts';
import type { ConsentHistory } from '../shared/consent-history.ts';
import type { Blind } from '../shared/crypto/blind.ts';
import type { Sealer } from '../shared/crypto/field.ts';
import type { KeyRing } from '../shared/crypto/keyring.ts';
import type { Ledger } from '../shared/ledger/index.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { RecordAccess } from '../shared/record-access.ts';
import type { RegistrySettings } from './settings.ts';
import type { CodeStore } from './store/codes.ts';
import type { Erasures } from './store/erasures.ts';
import type { Limits } from './store/limits.ts';
import type { Mandates } from './store/mandates.ts';
import type { SubscriberStore } from './store/subscribers.ts';

/** Hands one event of the platform to its own topic; resolves when the broker has it, rejects otherwise. */
export type Publish = (event: NotifyMeEvent) => Promise<void>;

/** What every use case may touch. The clock is part of it. */
export type Context = {
  ledger: Ledger;
  ring: KeyRing;
  blind: Blind;
  sealer: Sealer;
  catalogue: Catalogue;
  metrics: Metrics;
  publish: Publish;
  now(): Date;
  settings: RegistrySettings;
  subscribers: SubscriberStore;
  codes: CodeStore;
  limits: Limits;
  consents: ConsentHistory;
  lookups: RecordAccess;
  erasures: Erasures;
  mandates: Mandates;
};

/** The signed-in person, or the officer who acts for one. */
export type Caller = {
  subscriberId: string;
  /** Canonical subject, such as `cpr:...`; never logged. */
  subject: string;
  scheme: 'cpr' | 'sa' | 'ae' | 'kw' | 'om' | 'qa' | 'company';
  kind: 'person' | 'company';
  assurance: 'low' | 'substantial' | 'high';
  by: 'person' | 'officer';
  /** Who acts in place of the person: the officer, where the sign-in says it, or the delegate's subscriber id. */
  actor?: string;
  /** Network address of the client, as express's `trust proxy` decides. */
  client: string;
};
