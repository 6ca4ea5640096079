import { createConsentHistory } from '../shared/consent-history.ts';
import { consumerCheck, type Start } from '../shared/run.ts';
import { startReceipts } from './service.ts';

/** The receipts service in a process: its consumers and sweeps. */
export const wireReceipts: Start = async (context) => {
  const { stop, consumers, registered } = await startReceipts({
    ...context,
    consents: await createConsentHistory(context.ledger, context.sealer),
    settleRestMs: context.settings.SETTLE_REST_MS,
  });
  return { stop, checks: [...consumers.map(({ name, consumer }) => consumerCheck(name, consumer)), registered] };
};
