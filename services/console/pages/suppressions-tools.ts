import type { FieldError, Reply, Visit } from '../kit/types.ts';
import { EntryError } from '../suppressions/entry.ts';
import type { ListTools } from '../suppressions/index.ts';
import { ListError } from '../suppressions/rows.ts';

export const listTools = ({ context }: Pick<Visit, 'context'>): ListTools => {
  const { ledger, sealer, blind, settings, clock } = context;
  const rules = { blind, servedCountries: settings.SERVED_COUNTRIES, smtpUtf8: settings.SMTP_UTF8 };
  return { ledger, sealer, rules, clock };
};

/** What was typed wrongly, as the page's own faults. */
export async function orEntryErrors(work: () => Promise<Reply>): Promise<Reply | { errors: FieldError[] }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EntryError)
      return { errors: [{ field: error.field, key: `suppression.fault.${error.code}` }] };
    if (error instanceof ListError) return { errors: [{ field: 'csv', key: `suppression.fault.${error.code}` }] };
    throw error;
  }
}
