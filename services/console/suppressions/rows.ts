import { CsvError, parse } from 'csv-parse/sync';
import { CHANNELS } from '../../../contracts/status.ts';
import type { Suppression } from '../../shared/ledger/types.ts';
import { type AddressRules, EntryError, type EntryFault, knowAddress, readTerms } from './entry.ts';

/** One row that can be put on the list. `hint` is the masked address in the clear, null where only the id was given. */
export type Row = Pick<Suppression, 'channel' | 'source' | 'because' | 'until'> & { id: string; hint: string | null };
/** One row that cannot: its line in the file, and why. Never what it says. */
export type BadRow = { line: number; code: EntryFault | 'columns' | 'twice' | 'channel_not_valid' };
export type ReadRows = { rows: Row[]; bad: BadRow[] };

/** The whole file cannot be read: it is no CSV, names no column that is needed, or has too many rows. */
export class ListError extends Error {
  readonly code: 'not_csv' | 'no_address_column' | 'too_many_rows' | 'empty';
  readonly retryable = false;
  constructor(code: ListError['code']) {
    super(code);
    this.code = code;
  }
}

export const MOST_ROWS = 100_000;
const ADDRESS_ID = /^a_[0-9a-f]{32}$/;
type Record_ = Record<string, string> & { line?: number };

/**
 * Reads a list in CSV (RFC 4180) with a head line: `address`, or `address_id` and `channel` as an export has them; and
 * `source`, `because`, `until` (ISO 8601), for which `rest` stands in where a row says nothing. Throws ListError.
 */
export function readRows(
  text: string,
  rest: { source: string; because: string; until: Date | null },
  rules: AddressRules,
  now: Date,
): ReadRows {
  const read: ReadRows = { rows: [], bad: [] };
  const seen = new Set<string>();
  for (const { record, info } of recordsOf(text)) {
    try {
      const row = readRow(record, rest, rules, now);
      if (seen.has(row.id)) read.bad.push({ line: info.lines, code: 'twice' });
      else read.rows.push(row);
      seen.add(row.id);
    } catch (error) {
      if (!(error instanceof RowError || error instanceof EntryError)) throw error;
      read.bad.push({ line: info.lines, code: error.code });
    }
  }
  return read;
}

class RowError extends Error {
  readonly code: BadRow['code'];
  readonly retryable = false;
  constructor(code: BadRow['code']) {
    super(code);
    this.code = code;
  }
}

function readRow(record: Record_, rest: Parameters<typeof readRows>[1], rules: AddressRules, now: Date): Row {
  const until = record.until ? new Date(record.until) : rest.until;
  const terms = readTerms(
    { source: record.source || rest.source, because: record.because || rest.because, until },
    now,
  );
  if (record.address) {
    const { id, channel, masked } = knowAddress(record.address, rules);
    return { id, channel, hint: masked, ...terms };
  }
  const channel = CHANNELS.find((one) => one === record.channel);
  if (!ADDRESS_ID.test(record.address_id ?? '')) throw new EntryError('address_missing', 'address');
  if (!channel) throw new RowError('channel_not_valid');
  return { id: record.address_id!, channel, hint: null, ...terms };
}

function recordsOf(text: string): { record: Record_; info: { lines: number } }[] {
  const records = parsed(text);
  if (records.length === 0) throw new ListError('empty');
  const { record } = records[0]!;
  if (!('address' in record) && !('address_id' in record)) throw new ListError('no_address_column');
  return records;
}

function parsed(text: string) {
  try {
    const records = parse(text, {
      ...{ bom: true, info: true, skip_empty_lines: true, trim: true, relax_column_count: true, to: MOST_ROWS + 1 },
      columns: (head: string[]) => head.map((name) => name.trim().toLowerCase()),
    }) as unknown as { record: Record_; info: { lines: number } }[];
    if (records.length > MOST_ROWS) throw new ListError('too_many_rows');
    return records;
  } catch (error) {
    if (error instanceof CsvError) throw new ListError('not_csv');
    throw error;
  }
}
