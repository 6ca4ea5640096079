import type { ListTools } from '../../services/console/suppressions/index.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../exit.ts';

export type Flags = { because: string; source: string; until?: Date; for?: number; dryRun?: boolean; json?: boolean };

export const engine = () => import('../../services/console/suppressions/index.ts');
export const typed = (context: Context) => context.input('Telephone number or address: ');

export async function toolsOf(context: Context): Promise<ListTools> {
  const { SERVED_COUNTRIES: servedCountries, SMTP_UTF8: smtpUtf8 } = context.settings();
  const rules = { blind: context.blind(), servedCountries, smtpUtf8 };
  return { ledger: await context.ledger(), sealer: context.sealer(), rules, clock: context.clock };
}

export const untilOf = (context: Context, { until, for: forMs }: Pick<Flags, 'until' | 'for'>): Date | null =>
  forMs === undefined ? (until ?? null) : new Date(context.clock().getTime() + forMs);

/** Never with what was typed: it may stand in a log. */
export async function worded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { EntryError } = await import('../../services/console/suppressions/entry.ts');
    const { ListError } = await import('../../services/console/suppressions/rows.ts');
    if (error instanceof EntryError || error instanceof ListError) throw new UsageError(error.message);
    throw error;
  }
}
