import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { connectLedger, type Ledger } from '../../services/shared/ledger/index.ts';

/** A database of the test file's own on the server of the environment, gone afterwards. */
export function useOwnLedger(name: string): { ledger: Ledger } {
  const held = {} as { ledger: Ledger };
  beforeAll(async () => {
    const dbName = `${name}-${randomBytes(5).toString('hex')}`;
    held.ledger = await connectLedger({ uri: process.env.MONGODB_URI ?? '', dbName });
  }, 60_000);
  afterAll(async () => {
    await held.ledger?.connection.dropDatabase();
    await held.ledger?.close();
  });
  return held;
}
