import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Receipt } from '../../contracts/generated/types.ts';
import schema from '../../contracts/schemas/receipt.schema.json' with { type: 'json' };
import type { Sealer } from '../shared/crypto/field.ts';
import { CryptoError } from '../shared/crypto/keyring.ts';
import type { Unprocessable } from '../shared/dead-letters.ts';
import { readEvidence } from '../shared/evidence/index.ts';
import type { IncomingMessage } from '../shared/kafka/consumer.ts';
import type { ReadReceipt } from './deps.ts';

/**
 * Messages of notifyme.receipts → receipts that follow their schema, with their evidence opened, and those that cannot
 * be read: one whose evidence does not open could be about anybody.
 */
export function readReceipts(
  messages: IncomingMessage[],
  sealer: Sealer,
): { receipts: ReadReceipt[]; unreadable: Unprocessable[] } {
  const receipts = new Map<string, ReadReceipt>();
  const unreadable: Unprocessable[] = [];
  for (const message of messages) {
    const read = readOne(message, sealer);
    if ('fault' in read) unreadable.push({ message, code: read.fault, detail: 'not a receipt' });
    else receipts.set(read.receipt.id, read);
  }
  return { receipts: [...receipts.values()], unreadable };
}

function readOne({ value }: IncomingMessage, sealer: Sealer): ReadReceipt | { fault: string } {
  if (value === null) return { fault: 'empty' };
  const receipt = parse(value);
  if (!schemaOf()(receipt)) return { fault: 'schema' };
  if (!receipt.evidence) return { receipt, evidence: null };
  try {
    return { receipt, evidence: readEvidence(sealer.open(receipt.evidence, 'evidence')) };
  } catch (error) {
    if (error instanceof CryptoError) return { fault: error.code };
    throw error;
  }
}

function parse(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString('utf8'));
  } catch {
    return undefined;
  }
}

let compiled: ValidateFunction<Receipt> | null = null;

/** Compiled at first use, so that importing costs nothing. */
function schemaOf(): ValidateFunction<Receipt> {
  if (compiled) return compiled;
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  compiled = ajv.compile<Receipt>(schema);
  return compiled;
}
