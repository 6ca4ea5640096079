import type { Catalogue } from '../../services/shared/catalogue.ts';
import { openCatalogue } from '../../services/shared/entities/live.ts';
import { catalogueModels } from '../../services/shared/ledger/index.ts';
import { silentLogger } from '../../services/shared/log.ts';
import { type Settings, SettingsError } from '../../services/shared/settings.ts';
import { type Context, kafkaClient } from '../context.ts';
import { checkBroker, checkGroups, checkTopics } from './broker.ts';
import { checkClock, checkDatabase, checkDeadLetters, checkDue, checkIndexes, openReadOnly } from './database.ts';
import { checkKeyRing, checkProviders, checkTemplateFiles } from './files.ts';
import { type Check, type Finding, ok, type Tools, wrong } from './finding.ts';
import { CHECK_NAMES, type CheckName } from './names.ts';

export type Report = { check: CheckName; finding: Finding | { skipped: string } };
const CHECKS: Record<Exclude<CheckName, 'settings'>, { check: Check; on?: 'broker' | 'database' }> = {
  keyring: { check: checkKeyRing },
  broker: { check: checkBroker },
  topics: { check: checkTopics, on: 'broker' },
  groups: { check: checkGroups, on: 'broker' },
  database: { check: checkDatabase },
  indexes: { check: checkIndexes, on: 'database' },
  clock: { check: checkClock, on: 'database' },
  due: { check: checkDue, on: 'database' },
  'dead-letters': { check: checkDeadLetters, on: 'database' },
  templates: { check: checkTemplateFiles },
  providers: { check: checkProviders },
};

/** Runs the named checks, or all, and says each finding as it comes. Changes nothing. A check that breaks is a finding. */
export async function examine(context: Context, only: CheckName[], say: (report: Report) => void): Promise<void> {
  const wanted = new Set<CheckName>(only.length > 0 ? only : CHECK_NAMES);
  const read = settingsOf(context);
  if ('faults' in read) {
    for (const fault of read.faults) say({ check: 'settings', finding: wrong(fault, 'see docs/settings.md') });
    for (const check of wanted) if (check !== 'settings') say({ check, finding: { skipped: 'needs good settings' } });
    return;
  }
  const tools = await openTools(context, read.settings);
  if (wanted.has('settings')) say({ check: 'settings', finding: ok('all are there and in form') });
  try {
    for (const name of CHECK_NAMES) {
      if (name === 'settings' || !wanted.has(name)) continue;
      const { check, on } = CHECKS[name];
      const blocked = on ? await tools.blockedBy(on) : false;
      if (blocked) say({ check: name, finding: { skipped: `needs the ${on}` } });
      else for (const finding of await guarded(check, tools)) say({ check: name, finding });
    }
  } finally {
    await tools.close();
  }
}

async function guarded(check: Check, tools: Tools): Promise<Finding[]> {
  try {
    return await check(tools);
  } catch (error) {
    const { name, message } = error as Error;
    return [wrong(`could not be checked (${name}: ${message.split('\n')[0]})`, 'mend that first, then look again')];
  }
}

function settingsOf(context: Context): { settings: Settings } | { faults: string[] } {
  try {
    return { settings: context.settings() };
  } catch (error) {
    if (error instanceof SettingsError) return { faults: error.faults };
    throw error;
  }
}

/** Tools over connections that are opened when first needed, and what knows whether the broker or database is there. */
async function openTools(context: Context, settings: Settings) {
  const blocked = new Map<string, boolean>();
  let opened: ReturnType<typeof openReadOnly> | null = null;
  const database = () => {
    opened ??= openReadOnly(settings);
    return opened;
  };
  const catalogue = await catalogueInForce(await context.files(), database);
  const tools: Tools = {
    ...{ context, settings, catalogue, database, now: context.clock() },
    kafka: () => kafkaClient(settings),
  };
  return {
    ...tools,
    async blockedBy(name: 'broker' | 'database'): Promise<boolean> {
      if (!blocked.has(name)) {
        const faults = (await guarded(CHECKS[name].check, tools)).filter((finding) => !finding.ok);
        // One broker of several is enough to go on with.
        blocked.set(name, faults.length >= (name === 'broker' ? settings.KAFKA_BROKERS.length : 1));
      }
      return blocked.get(name)!;
    },
    close: async () => (await opened?.catch(() => null))?.close(),
  };
}

/** With registered entities and published versions; the deployed files alone while the database does not answer. */
async function catalogueInForce(files: Catalogue, database: Tools['database']): Promise<Catalogue> {
  try {
    const ledger = catalogueModels((await database()).connection);
    return (await openCatalogue({ files, ledger, log: silentLogger })).catalogue;
  } catch {
    return files;
  }
}
