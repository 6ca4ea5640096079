import type { Catalogue } from '../services/shared/catalogue.ts';
import { type Blind, createBlind } from '../services/shared/crypto/blind.ts';
import { createSealer, type Sealer } from '../services/shared/crypto/field.ts';
import { CryptoError, type KeyRing, loadKeyRing } from '../services/shared/crypto/keyring.ts';
import type { LiveCatalogue } from '../services/shared/entities/live.ts';
import type { Producer } from '../services/shared/kafka/producer.ts';
import type { Ledger } from '../services/shared/ledger/index.ts';
import { silentLogger } from '../services/shared/log.ts';
import { readSettings, type Settings } from '../services/shared/settings.ts';
import { UnavailableError } from './exit.ts';
import type { Io } from './io.ts';
import { noneReachable } from './reachable.ts';

/** What a command may need; each part is opened the first time it is asked for, and only then. */
export type Context = Io & {
  settings(): Settings;
  /** The catalogue in force; the deployed files alone, with a word about it, while the database does not answer. */
  catalogue(): Promise<Catalogue>;
  /** The catalogue in force, and how to look again. Rejects while the database does not answer. */
  liveCatalogue(): Promise<LiveCatalogue>;
  /** The catalogue of the deployed files. */
  files(): Promise<Catalogue>;
  ring(): KeyRing;
  sealer(): Sealer;
  blind(): Blind;
  ledger(): Promise<Ledger>;
  kafka(): Promise<Kafka>;
  producer(): Promise<Producer>;
  close(): Promise<void>;
};
export type Kafka = ReturnType<typeof import('../services/shared/kafka/connect.ts').connectKafka>;

/**
 * A context over an environment; the heavy libraries are loaded with the part that needs them. Settings are read, and may throw SettingsError, when first
 * asked for.
 */
export function createContext(io: Io): Context {
  const closers: (() => Promise<void>)[] = [];
  const settings = once(() => readSettings(io.env));
  const files = once(async () => (await import('../services/shared/catalogue.ts')).loadCatalogue());
  const liveCatalogue = once(async () => openLive(await files(), await ledger()));
  const catalogue = once(async () => {
    try {
      return (await liveCatalogue()).catalogue;
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      io.err('The database does not answer: only entities of the deployed files are known.\n');
      return files();
    }
  });
  const ring = once(() => readRing(settings().KEYRING_FILE));
  const sealer = once(() => createSealer(ring()));
  const blind = once(() => createBlind(ring()));
  const ledger = once(async () => {
    const opened = await openLedger(settings());
    closers.push(() => opened.close());
    return opened;
  });
  const kafka = once(() => openKafka(settings()));
  const producer = once(async () => {
    const { createProducer } = await import('../services/shared/kafka/producer.ts');
    const opened = await createProducer(await kafka());
    closers.push(() => opened.stop());
    return opened;
  });
  return {
    ...io,
    ...{ settings, catalogue, liveCatalogue, files, ring, sealer, blind, ledger, kafka, producer },
    async close() {
      await Promise.all(closers.map((close) => close()));
    },
  };
}

function readRing(file: string): KeyRing {
  try {
    return loadKeyRing(file);
  } catch (error) {
    if (error instanceof CryptoError) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? 'it is not JSON';
    throw new CryptoError('key_ring', `KEYRING_FILE cannot be read (${why})`);
  }
}

async function openLedger({ MONGODB_URI, MONGODB_DB }: Settings): Promise<Ledger> {
  const { connectLedger } = await import('../services/shared/ledger/index.ts');
  try {
    return await connectLedger({ uri: MONGODB_URI, dbName: MONGODB_DB, maxPoolSize: 4 });
  } catch (error) {
    if (!/ServerSelection|Network|Timeout/.test((error as Error).name)) throw error;
    throw new UnavailableError('the database at MONGODB_URI does not answer; `notifyme doctor` says more');
  }
}

async function openLive(files: Catalogue, ledger: Ledger): Promise<LiveCatalogue> {
  const { openCatalogue } = await import('../services/shared/entities/live.ts');
  return openCatalogue({ files, ledger, log: silentLogger });
}

/** kafkajs would knock for half a minute at a closed door. */
async function openKafka(settings: Settings): Promise<Kafka> {
  const faults = await noneReachable(settings.KAFKA_BROKERS);
  if (faults.length > 0) throw new UnavailableError(`no broker of KAFKA_BROKERS answers: ${faults.join(', ')}`);
  return kafkaClient(settings);
}

/** A client with the broker's security settings; connects to nothing yet. */
export async function kafkaClient(settings: Settings): Promise<Kafka> {
  const { connectKafka, kafkaSecurity } = await import('../services/shared/kafka/connect.ts');
  const security = kafkaSecurity(settings);
  return connectKafka({ brokers: settings.KAFKA_BROKERS, clientId: 'notifyme-cli', log: silentLogger, ...security });
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
