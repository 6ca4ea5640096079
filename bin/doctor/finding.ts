import type { Connection } from 'mongoose';
import type { Catalogue } from '../../services/shared/catalogue.ts';
import type { Settings } from '../../services/shared/settings.ts';
import type { Context, Kafka } from '../context.ts';

/** What a check says: `ok`, or one thing that is wrong and how to mend it. */
export type Finding = { ok: true; what: string } | { ok: false; what: string; fix: string };

/** A database that nothing is written to. */
export type ReadOnlyLedger = { connection: Connection; close(): Promise<void> };

/** What checks look with. All of it only reads. */
export type Tools = {
  context: Context;
  settings: Settings;
  catalogue: Catalogue;
  kafka(): Promise<Kafka>;
  database(): Promise<ReadOnlyLedger>;
  now: Date;
};
export type Check = (tools: Tools) => Promise<Finding[]> | Finding[];

export const ok = (what: string): Finding => ({ ok: true, what });
export const wrong = (what: string, fix: string): Finding => ({ ok: false, what, fix });

/** Everything that is wrong, or one line that nothing is. */
export const orOk = (findings: Finding[], what: string): Finding[] => (findings.length > 0 ? findings : [ok(what)]);
