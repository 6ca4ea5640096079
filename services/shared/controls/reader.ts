import type { Ledger } from '../ledger/index.ts';
import type { Control } from '../ledger/types.ts';

/** Gives the controls that stand, at most so old as the reader was told. Rejects only when it never read any. */
export type ControlReader = { current(): Promise<Control[]> };

const MAX_AGE_MS = 1_000;
const MAX_WAIT_MS = 2_000;

/**
 * Reads the operators' controls for a whole process: one small query in a second at most, however many ask, and none
 * while nobody does. While the ledger does not answer, what was read last still holds: a pause must not end by a fault.
 */
export function createControlReader(
  { controls }: Pick<Ledger, 'controls'>,
  { maxAgeMs = MAX_AGE_MS, now = () => performance.now() } = {},
): ControlReader {
  let known: Control[] | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<Control[]> | null = null;

  async function read(): Promise<Control[]> {
    try {
      known = await controls.find({ state: 'active' }).sort({ _id: 1 }).lean<Control[]>();
    } catch (error) {
      if (known === null) throw error;
    } finally {
      readAt = now();
      reading = null;
    }
    return known;
  }

  return {
    async current() {
      if (known !== null && now() - readAt < maxAgeMs) return known;
      reading ??= read();
      return known === null ? reading : within(reading, known);
    },
  };
}

/** A ledger that hangs must not stop what may go on. */
function within(reading: Promise<Control[]>, known: Control[]): Promise<Control[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Control[]>((resolve) => {
    timer = setTimeout(() => resolve(known), MAX_WAIT_MS);
  });
  return Promise.race([reading, late]).finally(() => clearTimeout(timer));
}
