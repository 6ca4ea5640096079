import type { Catalogue } from '../../shared/catalogue.ts';
import type { InboxFilter } from '../input/inbox-query.ts';

/** The conditions of a search on the caller's notices; every part narrows it. Pure. */
export function conditionsOf(catalogue: Catalogue, { box, entity, from, to, words }: InboxFilter): object[] {
  return [
    ...(box === 'archive' ? [{ archivedAt: { $ne: null } }] : []),
    ...(box === 'inbox' || box === 'unread' ? [{ archivedAt: null }] : []),
    ...(box === 'unread' ? [{ $or: [{ readAt: null }, { keptUnread: true }] }] : []),
    ...(entity ? [{ entity: { $eq: entity } }] : []),
    ...(from ? [{ acceptedAt: { $gte: from } }] : []),
    ...(to ? [{ acceptedAt: { $lte: to } }] : []),
    ...(words ? [{ $or: placesOf(catalogue, words) }] : []),
  ];
}

/** A reference as messages show it (`AB12-CD34`), a case number, or words of a title or of an entity's name. */
function placesOf(catalogue: Catalogue, words: string): object[] {
  const reference = readReference(words);
  const wanted = folded(words);
  const has = (title: { en: string; ar: string }) => [title.en, title.ar].some((text) => folded(text).includes(wanted));
  const entities = catalogue.entities.filter(({ title }) => has(title)).map(({ entity }) => entity);
  const types = catalogue.entities.flatMap(({ types }) =>
    types.filter(({ title }) => has(title)).map(({ type }) => type),
  );
  return [
    ...(reference ? [{ _id: rangeOf(reference) }] : []),
    { correlationId: { $eq: words } },
    { entity: { $in: entities } },
    { type: { $in: types } },
  ];
}

/** Eight hex digits of a reference in lower case, however it was typed; null for anything else. */
export function readReference(text: string): string | null {
  const digits = text.replace(/[\s\u2010-\u2015-]/g, '').toLowerCase();
  return /^[0-9a-f]{8}$/.test(digits) ? digits : null;
}

/** Every notification id that begins with these digits. */
export const rangeOf = (digits: string) => ({ $gte: `n_${digits}`, $lte: `n_${digits}${'f'.repeat(24)}` });

/** Latin without case; Arabic without vowel signs, with one alif, as people type it. */
const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u064b-\u0652\u0640]/g, '')
    .replace(/[\u0623\u0625\u0622]/g, '\u0627')
    .replace(/\u0649/g, '\u064a')
    .replace(/\u0629/g, '\u0647')
    .trim();
