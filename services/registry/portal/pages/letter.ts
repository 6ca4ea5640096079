import { LANGUAGES, type Language } from '../../../../contracts/status.ts';
import type { InboxItem } from '../../use-cases/inbox.ts';
import type { Visit } from '../kit/types.ts';

/** The content of a notice in the page's language (English where there is none), or null when it is not kept. */
export function letterOf({ renderer, language, log }: Visit, { id, type, data }: InboxItem) {
  const written: Language = LANGUAGES.find((one) => one === language.code) ?? 'en';
  const place = { bodyLanguage: written, bodyDir: written === 'ar' ? 'rtl' : 'ltr' };
  if (data === null) return { ...place, bodyText: null };
  try {
    return { ...place, bodyText: renderer.inbox({ type, language: written, data, notificationId: id }).body };
  } catch (error) {
    log.error({
      event: 'letter_not_rendered',
      notificationId: id,
      type,
      code: String((error as { code?: string }).code),
    });
    return { ...place, bodyText: null };
  }
}
