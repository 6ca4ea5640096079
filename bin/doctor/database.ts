import mongoose, { type Connection } from 'mongoose';
import type { DeliveryStatus } from '../../contracts/status.ts';
import { INDEXES } from '../../services/shared/ledger/indexes.ts';
import type { Settings } from '../../services/shared/settings.ts';
import { type Check, type Finding, ok, orOk, type ReadOnlyLedger, wrong } from './finding.ts';

const SKEW_MS = 2_000;
/** The scheduler looks every half second; a minute late means that it does not. */
const LATE_MS = 60_000;
const WAITING: DeliveryStatus[] = ['deferred', 'queued', 'sending'];
const HOUR_MS = 3_600_000;

/** The ledger without the making of indexes that services do when they connect: a doctor changes nothing. */
export async function openReadOnly({ MONGODB_URI, MONGODB_DB }: Settings): Promise<ReadOnlyLedger> {
  const options = { dbName: MONGODB_DB, maxPoolSize: 2, serverSelectionTimeoutMS: 4_000 };
  const connection = await mongoose
    .createConnection(MONGODB_URI, { ...options, autoIndex: false, autoCreate: false })
    .asPromise();
  return { connection, close: () => connection.close() };
}

export const checkDatabase: Check = async ({ database, settings }) => {
  try {
    const { connection } = await database();
    await connection.db!.admin().ping();
    return [ok(`answers; database "${settings.MONGODB_DB}"`)];
  } catch (error) {
    const why = (error as Error).name;
    return [wrong(`does not answer (${why})`, 'start the database, or correct MONGODB_URI: address, user, TLS')];
  }
};

export const checkIndexes: Check = async ({ database }) => {
  const { connection } = await database();
  const findings: Finding[] = [];
  for (const [collection, wanted] of Map.groupBy(INDEXES, (index) => index.collection)) {
    const there = await indexesOf(connection, collection);
    for (const { keys, options } of wanted) {
      const found = there.find(({ name }) => name === options.name);
      const fix = 'start any service: it makes missing indexes. A wrong one must be dropped first';
      if (!found) findings.push(wrong(`${collection}.${options.name} is missing`, fix));
      else if (JSON.stringify(found.key) !== JSON.stringify(keys)) {
        findings.push(wrong(`${collection}.${options.name} has other fields`, fix));
      }
    }
  }
  return orOk(findings, `all ${INDEXES.length} are there`);
};

async function indexesOf(connection: Connection, collection: string) {
  try {
    return (await connection.collection(collection).indexes()) as { name: string; key: object }[];
  } catch (error) {
    // MongoDB's NamespaceNotFound: a collection that nobody has written to.
    if ((error as { code?: number }).code === 26) return [];
    throw error;
  }
}

/** Half the time of the call is taken for the way back. */
export const checkClock: Check = async ({ database, context }) => {
  const { connection } = await database();
  const before = context.clock().getTime();
  const { localTime } = await connection.db!.command({ hello: 1 });
  const after = context.clock().getTime();
  if (!(localTime instanceof Date)) return [ok('the database does not tell its time')];
  const skew = Math.round(localTime.getTime() - (before + after) / 2);
  const what = `${skew} ms between here and the database`;
  const doubt = (after - before) / 2;
  return [Math.abs(skew) - doubt <= SKEW_MS ? ok(what) : wrong(what, 'run a time service (NTP) on both machines')];
};

export const checkDue: Check = async ({ database, now }) => {
  const { connection } = await database();
  const oldest = await Promise.all(
    WAITING.map((status) =>
      connection
        .collection('deliveries')
        .find({ status, dueAt: { $lte: now } })
        .sort({ dueAt: 1 })
        .limit(1)
        .project<{ _id: unknown; dueAt: Date }>({ dueAt: 1 })
        .toArray(),
    ),
  );
  const findings = WAITING.flatMap((status, n) => {
    const [first] = oldest[n]!;
    const late = first ? now.getTime() - first.dueAt.getTime() : 0;
    if (!first || late <= LATE_MS) return [];
    const what = `${first._id} is ${status} and ${Math.round(late / 1000)} s overdue`;
    return [wrong(what, 'see that a router runs (it holds the scheduler) and what its log says')];
  });
  return orOk(findings, 'nothing is overdue by more than a minute');
};

export const checkDeadLetters: Check = async ({ database, now }) => {
  const { connection } = await database();
  const recent = await connection
    .collection('dead_letters')
    .countDocuments({ at: { $gte: new Date(now.getTime() - HOUR_MS) } }, { limit: 10_000 });
  if (recent === 0) return [ok('none in the last hour')];
  return [
    wrong(
      `${recent} in the last hour`,
      'notifyme dead-letters list, mend the cause, then notifyme dead-letters replay',
    ),
  ];
};
