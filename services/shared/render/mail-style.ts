import type { Language } from '../../../contracts/status.ts';
import { mapStatements } from './assemble.ts';

const FONT = "font-family:'Segoe UI',Tahoma,'Noto Naskh Arabic','Geeza Pro',Arial,sans-serif";

/** What the email layout's `{{@lang}}`, `{{@dir}}`, `{{@align}}` and `{{@font}}` stand for. */
export const layoutConstants = (language: Language): Record<string, string> => ({
  '@lang': language,
  '@dir': language === 'ar' ? 'rtl' : 'ltr',
  '@align': language === 'ar' ? 'right' : 'left',
  '@font': FONT,
});

// Mail programs drop style sheets, and Outlook knows no `start`: so every tag carries its own style, and tables their
// alignment by language (the one place where left and right are named).
const STYLES: Record<string, string> = {
  p: 'margin:0 0 16px 0',
  h2: 'margin:24px 0 8px 0;font-size:18px;line-height:26px;font-weight:600',
  ul: 'margin:0 0 16px 0;padding-inline-start:24px',
  ol: 'margin:0 0 16px 0;padding-inline-start:24px',
  li: 'margin:0 0 8px 0',
  table: 'width:100%;margin:0 0 16px 0;border-collapse:collapse',
  th: 'width:36%;padding:10px 0;padding-inline-end:16px;border-bottom:1px solid #d8dee4;font-weight:400;color:#57606a;vertical-align:top',
  td: 'padding:10px 0;border-bottom:1px solid #d8dee4;font-weight:600;vertical-align:top',
};
const TAG = /<(p|h2|ul|ol|li|table|th|td)>/g;

/** Gives the plain tags of a body their inline styles and, for the loss of everything around them, their direction. */
export function styleBody(body: hbs.AST.Program, language: Language): hbs.AST.Program {
  return mapStatements(body, (node) => {
    if (node.type !== 'ContentStatement') return node;
    const { value } = node as hbs.AST.ContentStatement;
    return { ...node, value: value.replace(TAG, (_, tag: string) => opening(tag, language)) } as hbs.AST.Statement;
  });
}

function opening(tag: string, language: Language): string {
  const { '@dir': dir, '@align': align } = layoutConstants(language);
  if (tag === 'table') {
    return `<table role="table" dir="${dir}" width="100%" cellpadding="0" cellspacing="0" border="0" style="${STYLES.table}">`;
  }
  if (tag !== 'th' && tag !== 'td') return `<${tag} dir="${dir}" style="${STYLES[tag]}">`;
  const text = `${FONT};font-size:16px;line-height:24px;text-align:${align}`;
  const scope = tag === 'th' ? ' scope="row" class="quiet line"' : ' class="line"';
  return `<${tag} dir="${dir}" align="${align}"${scope} style="${STYLES[tag]};${text}">`;
}
