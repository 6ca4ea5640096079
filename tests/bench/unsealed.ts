import type { Runtime } from '../../services/shared/runtime.ts';

/**
 * Sealers that seal nothing. They exist for one comparison: the platform itself has no switch for this. Ids stay blind,
 * because they are what everything is keyed by.
 */
export const UNSEALED: Pick<Runtime, 'sealer' | 'eventSealer' | 'sealedOnly'> = {
  sealer: { seal: (plain) => plain, open: (sealed) => sealed },
  eventSealer: { seal: (event) => JSON.stringify(event), open: async (text) => text },
  sealedOnly: false,
};
