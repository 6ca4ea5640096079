/** Markup that may be put into a page as it is. */
export type Markup = { readonly markup: string };

/** A template tag: every value is escaped, except Markup and lists of Markup. */
export function html(texts: TemplateStringsArray, ...values: unknown[]): Markup {
  return { markup: texts.reduce((page, text, n) => page + (n === 0 ? '' : printed(values[n - 1])) + text, '') };
}

/** Safe between tags and inside quoted attributes. */
export const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[char]!);

/** BCP 47 tag of a text by its letters, so that a screen reader takes the right voice. */
export const languageOf = (text: string) => (/\p{Script=Arabic}/u.test(text) ? 'ar' : 'en');

function printed(value: unknown): string {
  if (value === null || value === undefined || value === false) return '';
  if (Array.isArray(value)) return value.map(printed).join('');
  if (typeof value === 'object' && 'markup' in value) return String(value.markup);
  return escapeHtml(String(value));
}
