import { PageError } from '../../shared/web/errors.ts';
import type { Role } from '../access.ts';
import type { FormState, Page, PageKit, Reply, Visit } from '../kit/types.ts';
import { checkBecause } from '../suppressions/entry.ts';
import { countNew, importRows } from '../suppressions/index.ts';
import { ListError, type Row, readRows } from '../suppressions/rows.ts';
import { termFields, untilOf } from './suppressions-terms.ts';
import { listTools, orEntryErrors } from './suppressions-tools.ts';

/** A page takes so many rows; longer lists come by the command line. */
export const MOST_ON_A_PAGE = 2_000;
const BAD_SHOWN = 50;
type Handed = { rows: Row[]; because: string };

/** Lists as CSV: first what they would do, row by row where one cannot be read, then the adding. */
export function addImportPages(kit: PageKit, may: readonly Role[]): void {
  kit.form('/suppressions/import', { may }, { show: showImport, act: preview });
  kit.post('/suppressions/import/do', { may }, bring);
}

/** A chosen file counts, else what was pasted. */
const textIn = (fields: Record<string, string>): string => fields.csvFile?.trim() || fields.csv || '';

const showImport = (visit: Visit, state: FormState): Page => ({
  view: 'suppression-import',
  title: 'suppression.import',
  data: {
    ...{ isForm: true, most: MOST_ON_A_PAGE, csv: textIn(state.fields), ...termFields(visit, state) },
    fault: state.errors.find(({ field }) => field === 'csv') ?? null,
  },
});

const preview = (visit: Visit) =>
  orEntryErrors(async () => {
    const { fields, context } = visit;
    const { source = '', because = '' } = fields;
    const tools = listTools(visit);
    checkBecause(because);
    const { rows, bad } = readRows(
      textIn(fields),
      { source, because, until: untilOf(visit) },
      tools.rules,
      context.clock(),
    );
    if (rows.length + bad.length > MOST_ON_A_PAGE) throw new ListError('too_many_rows');
    const added = await countNew(rows, tools);
    const handed: Handed = { rows, because };
    return {
      view: 'suppression-import-preview',
      title: 'suppression.importPreview',
      data: {
        ...{ added, there: rows.length - added, badCount: bad.length },
        bad: bad.slice(0, BAD_SHOWN).map(({ line, code }) => ({ line, why: `suppression.fault.${code}` })),
        sample: rows.slice(0, 5).map(({ hint, id }) => hint ?? id),
        // Blind ids and masks alone, sealed: no address goes back through the browser.
        handed: added > 0 ? context.sealer.seal(JSON.stringify(handed), 'data') : null,
      },
    };
  });

async function bring(visit: Visit): Promise<Reply> {
  const { rows, because } = handedOf(visit);
  const added = await importRows(rows, { by: visit.operator.id, because }, listTools(visit));
  return { to: '/suppressions', flash: { key: 'suppression.imported', values: { count: String(added) } } };
}

function handedOf({ fields, context }: Visit): Handed {
  try {
    const { rows, because } = JSON.parse(context.sealer.open(fields.handed ?? '', 'data')) as Handed;
    const inTime = rows.map(({ until, ...row }) => ({ ...row, until: until && new Date(until) }));
    return { rows: inTime, because };
  } catch {
    throw new PageError(400);
  }
}
