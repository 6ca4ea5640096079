import type { Sealer } from '../../shared/crypto/field.ts';
import { insertNew, type Ledger } from '../../shared/ledger/index.ts';
import type { Suppression } from '../../shared/ledger/types.ts';
import { type Act, recordAct } from '../acts.ts';
import { type AddressRules, checkBecause, type Known, knowAddress, readTerms } from './entry.ts';
import type { Row } from './rows.ts';

export type ListTools = {
  ledger: Pick<Ledger, 'suppressions' | 'connection'>;
  sealer: Sealer;
  rules: AddressRules;
  clock: () => Date;
};
/** Who acts, and why. */
export type Said = { by: string; because: string };
/** An entry as operators see it: the address only as its mask. */
export type Listed = Omit<Suppression, 'hint'> & { masked: string | null; counts: boolean };
export type LookUp = Known & { entry: Listed | null };

const CHUNK = 1_000;

/** Says whether a typed number or address is on the list. The act is written first, and needs a reason. Throws EntryError. */
export async function lookUp(typed: string, { by, because }: Said, tools: ListTools): Promise<LookUp> {
  const known = knowAddress(typed, tools.rules);
  checkBecause(because);
  await act(tools, { kind: 'suppression_lookup', by, because: because.trim(), details: { id: known.id } });
  const found = await tools.ledger.suppressions.findById(known.id).lean<Suppression>();
  return { ...known, entry: found && toListed(found, tools) };
}

/** What the list says of addresses that are known by their blind ids already. The act is the caller's. */
export async function entriesOf(ids: string[], tools: ListTools): Promise<Listed[]> {
  const found = await tools.ledger.suppressions.find({ _id: { $in: ids } }).lean<Suppression[]>();
  return found.map((one) => toListed(one, tools));
}

type Terms = { source: string; until: Date | null } & Said;

/** What `suppress` would put on the list; nothing is changed. Throws EntryError. */
export async function foresee(address: string | Known, terms: Terms, { rules, clock }: ListTools): Promise<Listed> {
  const now = clock();
  const { id, channel, masked } = typeof address === 'string' ? knowAddress(address, rules) : address;
  return { _id: id, channel, ...readTerms(terms, now), by: terms.by, at: now, masked, counts: true };
}

/** Puts an address, as it was typed or known before, on the list, or changes what is said of it. Throws EntryError. */
export async function suppress(address: string | Known, terms: Terms, tools: ListTools): Promise<Listed> {
  const listed = await foresee(address, terms, tools);
  const { _id, masked, counts: _, ...entry } = listed;
  const { channel, source, because, by, until } = entry;
  const details = { id: _id, channel, source, until: until?.toISOString() ?? null };
  await act(tools, { kind: 'suppression_add', by, because, details });
  const fields = { ...entry, hint: tools.sealer.seal(masked!, 'address') };
  await tools.ledger.suppressions.collection.updateOne({ _id: _id as never }, { $set: fields }, { upsert: true });
  return listed;
}

/** Takes an address off the list. False when it was not on it. Throws EntryError. */
export async function unsuppress(id: string, { by, because }: Said, tools: ListTools): Promise<boolean> {
  checkBecause(because);
  if (!(await tools.ledger.suppressions.findById(id).select('_id').lean())) return false;
  await act(tools, { kind: 'suppression_remove', by, because: because.trim(), details: { id } });
  const { deletedCount } = await tools.ledger.suppressions.collection.deleteMany({ _id: id as never });
  return deletedCount === 1;
}

/** How many rows of an import are new; the others are on the list and stay as they are. Nothing is changed. */
export async function countNew(rows: Row[], { ledger }: Pick<ListTools, 'ledger'>): Promise<number> {
  let there = 0;
  for (let at = 0; at < rows.length; at += CHUNK) {
    const ids = rows.slice(at, at + CHUNK).map(({ id }) => id);
    there += await ledger.suppressions.countDocuments({ _id: { $in: ids } });
  }
  return rows.length - there;
}

/** Adds rows that are not on the list yet; done again, it adds nothing. Returns how many were added. */
export async function importRows(rows: Row[], { by, because }: Said, tools: ListTools): Promise<number> {
  checkBecause(because);
  await act(tools, { kind: 'suppression_import', by, because: because.trim(), details: { rows: rows.length } });
  const at = tools.clock();
  let added = 0;
  for (let from = 0; from < rows.length; from += CHUNK) {
    const entries = rows.slice(from, from + CHUNK).map(({ id, hint, ...row }) => ({
      ...{ _id: id, ...row, by, at },
      hint: hint === null ? null : tools.sealer.seal(hint, 'address'),
    }));
    const { duplicates } = await insertNew(tools.ledger.suppressions.collection, entries);
    added += entries.length - duplicates;
  }
  return added;
}

/** Newest first; `after` is the last one of the page before. */
export async function listSuppressed(
  { after, limit = 50 }: { after?: Pick<Suppression, '_id' | 'at'> | null; limit?: number },
  tools: ListTools,
): Promise<Listed[]> {
  const beyond = after ? { $or: [{ at: { $lt: after.at } }, { at: after.at, _id: { $gt: after._id } }] } : {};
  const found = await tools.ledger.suppressions
    .find(beyond as object)
    .sort({ at: -1, _id: 1 })
    .limit(limit)
    .lean<Suppression[]>();
  return found.map((one) => toListed(one, tools));
}

/**
 * The whole list, one entry after the other, by blind ids alone: whoever has the file and not the key ring learns no
 * address, and it can be read in again where the same key ring is. The act is written first.
 */
export async function* exportRows({ by, because }: Said, tools: ListTools): AsyncGenerator<Omit<Suppression, 'hint'>> {
  checkBecause(because);
  await act(tools, { kind: 'suppression_export', by, because: because.trim(), details: {} });
  const cursor = tools.ledger.suppressions.find().sort({ _id: 1 }).select('-hint').lean<Suppression[]>().cursor();
  yield* cursor as unknown as AsyncIterable<Omit<Suppression, 'hint'>>;
}

export const EXPORT_COLUMNS = ['address_id', 'channel', 'source', 'because', 'at', 'until'] as const;

/** One line of an export, as `readRows` reads it. */
export const exportLine = ({ _id, channel, source, because, at, until }: Omit<Suppression, 'hint'>): string =>
  [_id, channel, source, because, at.toISOString(), until?.toISOString() ?? ''].map(quoted).join(',');

/** RFC 4180, section 2; what a spreadsheet would take for a formula begins with an apostrophe. */
function quoted(text: string): string {
  const plain = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

const act = ({ ledger, clock }: ListTools, done: Act) => recordAct(ledger, done, clock());

function toListed({ hint, ...entry }: Suppression, { sealer, clock }: ListTools): Listed {
  const counts = entry.until === null || entry.until > clock();
  return { ...entry, masked: hint === null ? null : sealer.open(hint, 'address'), counts };
}
