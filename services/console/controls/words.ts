import type { Catalogue } from '../../shared/catalogue.ts';
import { SCOPE_FIELDS } from '../../shared/controls/scope.ts';
import type { ControlScope } from '../../shared/ledger/types.ts';
import type { PageLanguage } from '../../shared/web/languages.ts';
import type { Waiting } from './waiting.ts';

type Words = Pick<PageLanguage, 'code' | 'text'>;

/** What a control is about, as people say it: `Channel: SMS · Entity: Health`. */
export function scopeWords(scope: ControlScope, { code, text }: Words, catalogue: Catalogue): string {
  const titles: Record<keyof ControlScope, (value: string) => string> = {
    provider: (value) => value,
    channel: (value) => text.plain(`channel.${value}`),
    lane: (value) => text.plain(`lane.${value}`),
    entity: (value) => titleIn(catalogue.entities.find(({ entity }) => entity === value)?.title, code) ?? value,
    type: (value) => titleIn(catalogue.type(value)?.type.title, code) ?? value,
  };
  return SCOPE_FIELDS.flatMap((name) => {
    const value = scope[name];
    return value === undefined ? [] : [`${text.plain(`control.field.${name}`)}: ${titles[name](value)}`];
  }).join(' · ');
}

/** A count of what waits, such as `more than 100,000`. */
export const countWords = ({ count, more }: Waiting, { text }: Words): string =>
  text.plain(more ? 'control.moreThan' : 'control.exactly', { count });

/** How long ago, in the largest whole unit up to hours; null when nothing waits. */
export function ageWords({ oldestAt }: Waiting, now: Date, { text }: Words): string | null {
  if (oldestAt === null) return null;
  const seconds = Math.max(0, Math.round((now.getTime() - oldestAt.getTime()) / 1_000));
  if (seconds < 120) return text.plain('unit.seconds', { n: seconds });
  if (seconds < 7_200) return text.plain('unit.minutes', { n: Math.round(seconds / 60) });
  return text.plain('unit.hours', { n: Math.round(seconds / 3_600) });
}

/** A text of the catalogue in the page's language, else in English. */
export const titleIn = (title: { en: string; ar: string } | undefined, code: string): string | null =>
  title ? (title[code as 'en'] ?? title.en) : null;
