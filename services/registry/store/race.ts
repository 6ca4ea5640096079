import { isDuplicateKey, isTransient } from '../../shared/ledger/index.ts';

/**
 * Repeats an idempotent step that lost a race: a duplicate key of two upserts at once, a deadlock, a lost connection.
 * Rejects with the last error after `tries`.
 */
export async function untilWon<T>(step: () => Promise<T>, tries = 8): Promise<T> {
  for (let n = 1; ; n += 1) {
    try {
      return await step();
    } catch (error) {
      if (n >= tries || !(isDuplicateKey(error) || isTransient(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5 * 2 ** n * (0.5 + Math.random())));
    }
  }
}
