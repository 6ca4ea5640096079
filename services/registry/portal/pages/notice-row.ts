import type { InboxItem } from '../../use-cases/inbox.ts';
import type { Visit } from '../kit/types.ts';

/** A notice as a line of a list (`{{> notices}}`). */
export function noticeRow({ language }: Pick<Visit, 'language'>, item: InboxItem) {
  const { code } = language;
  const name = (text: { en: string; ar: string } | null) => text?.[code as 'en'] ?? text?.en ?? '';
  return {
    path: `/inbox/${item.id}`,
    title: name(item.title) || item.type,
    entity: name(item.entityTitle),
    at: item.acceptedAt,
    read: item.read,
    mandatory: item.mandatory,
  };
}
