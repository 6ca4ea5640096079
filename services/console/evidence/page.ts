import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import handlebars from 'handlebars';
import { LANGUAGES, type Language } from '../../../contracts/status.ts';
import { momentIn } from '../explain.ts';
import { digestOf, type Statement } from './statement.ts';
import type { Audit } from './types.ts';
import { WORDS } from './words.ts';

/** Stands where the signature goes: JSON that is no JWS. */
export const MARK = '{"signature":""}';

const OPEN = '<script type="application/json" id="jws">';
const CLOSE = '</script>';

/** The signed part of a page; null when there is none, or several. */
export function embeddedJws(html: string): string | null {
  const [before, inside, ...more] = html.split(OPEN);
  if (before === undefined || inside === undefined || more.length > 0) return null;
  const end = inside.indexOf(CLOSE);
  return end < 0 ? null : inside.slice(0, end);
}

/** The evidence as one page to read, English and Arabic, that needs nothing else; with MARK in the signature's place. */
export async function readablePage(statement: Statement, audit: Audit): Promise<string> {
  const source = await readFile(join(import.meta.dirname, 'page.hbs'), 'utf8');
  const template = handlebars.compile(source, { strict: true, knownHelpersOnly: true, knownHelpers: { when: true } });
  const parts = LANGUAGES.toReversed().map((language) => partIn(language, statement));
  const { record, acts } = audit;
  const digests = Object.entries(statement.digests.evidence).map(([id, digest]) => ({ id, digest }));
  const commitments = Object.entries(statement.commitments).map(([what, value]) => ({ what, value }));
  return template({
    ...{ statement, parts, digests, commitments, record, acts, digest: digestOf(statement) },
    ...{ open: OPEN, close: CLOSE, mark: MARK },
  });
}

function partIn(language: Language, { notice, issuer, issuedAt }: Statement) {
  const words = WORDS[language];
  const time = (at: string | null) => (at === null ? '' : momentIn(language, new Date(at)));
  const row = (name: keyof typeof words, value: string) => ({ name: words[name], value });
  const { event, outcome } = notice;
  return {
    language,
    direction: language === 'ar' ? 'rtl' : 'ltr',
    words,
    rows: [
      row('notice', `${notice.id} (${notice.reference})`),
      row('entity', event.entity[language]),
      row('type', event.type[language]),
      row('event', event.id),
      row('accepted', time(event.acceptedAt)),
      row('outcome', `${outcome.text[language]} ${outcome.reason?.[language] ?? ''}`.trim()),
      row('outcomeAt', time(outcome.at)),
      row('issuer', issuer),
      row('issued', time(issuedAt)),
    ].filter(({ value }) => value !== ''),
    deliveries: notice.deliveries.map(({ id, channel, contact, standing }) => ({
      ...{ id, channel: words[channel], masked: contact?.masked ?? '', standing: standing[language] },
    })),
    lines: notice.lines.map(({ at, text }) => ({ at: time(at), text: text[language] })),
  };
}
