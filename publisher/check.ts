import { readFileSync } from 'node:fs';
import { type Catalogue, loadCatalogue } from '../services/shared/catalogue.ts';
import { checkEvent, type Fault, parseJson } from '../services/shared/event/index.ts';

export type CheckOptions = {
  /** One JSON document on standard output instead of lines. */
  json: boolean;
  language?: 'en' | 'ar';
  catalogue?: Catalogue;
  now?: Date;
  out?: (text: string) => void;
  err?: (text: string) => void;
};

type Report = { index: number; ok: boolean; faults: Fault[] };

/**
 * `notifyme check FILE`: judges an event, or an array of events, offline by the rules of ingest. The entity is the one
 * whose source it is; simulator subjects are allowed, as with a test key. Results go to `out`, talk to `err`.
 * Exit codes: 0 all good, 1 at least one fault, 2 the file cannot be read.
 */
export function runCheck(file: string, options: CheckOptions): 0 | 1 | 2 {
  const { json, language = 'en', out = write(process.stdout), err = write(process.stderr) } = options;
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    err(`notifyme check: ${file}: ${(error as { code?: string }).code ?? 'cannot be read'}\n`);
    return 2;
  }
  const reports = judge(bytes, options);
  const good = reports.every(({ ok }) => ok);
  if (json) out(`${JSON.stringify({ file, ok: good, events: reports })}\n`);
  else for (const report of reports) out(linesOf(report, reports.length > 1, language));
  if (!json) err(good ? `${reports.length} good\n` : `${reports.filter(({ ok }) => !ok).length} not good\n`);
  return good ? 0 : 1;
}

function judge(bytes: Buffer, { catalogue = loadCatalogue(), now = new Date() }: CheckOptions): Report[] {
  const parsed = parseJson(bytes);
  if (!parsed.ok) return [{ index: 0, ok: false, faults: parsed.faults }];
  const events = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  return events.map((event, index) => {
    const source = (event as { source?: unknown } | null)?.source;
    const entity = catalogue.bySource(String(source))?.entity ?? '';
    const checked = checkEvent(event, { catalogue, now, entity, keyKind: 'test' });
    return { index, ok: checked.ok, faults: checked.ok ? [] : checked.faults };
  });
}

function linesOf({ index, ok, faults }: Report, many: boolean, language: 'en' | 'ar'): string {
  const which = many ? `[${index}] ` : '';
  if (ok) return `${which}ok\n`;
  return faults
    .map(({ code, pointer, message }) => `${which}${code} ${pointer || '/'} ${message[language]}\n`)
    .join('');
}

const write =
  (stream: NodeJS.WriteStream) =>
  (text: string): void =>
    void stream.write(text);
