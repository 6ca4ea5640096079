/** Text that is HTML already. */
export type Html = { readonly html: string };

type Part = Html | string | number | null | undefined | Part[];

/** Builds HTML: everything put in is escaped unless it is `Html`; lists are joined, null leaves nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: strings.map((text, i) => (i === 0 ? text : escaped(parts[i - 1]) + text)).join('') };
}

function escaped(part: Part): string {
  if (part === null || part === undefined) return '';
  if (Array.isArray(part)) return part.map(escaped).join('');
  if (typeof part === 'object') return part.html;
  return String(part).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** One paragraph a block of text; `code` and **strong** are the only marks of Markdown that the documents use. */
export function prose(text: unknown): Html | null {
  if (typeof text !== 'string' || text.trim() === '') return null;
  return html`${text
    .trim()
    .split(/\n\s*\n/)
    .map((block) => html`<p>${inline(block)}</p>`)}`;
}

/** The same within a line. */
export const inline = (text: unknown): Html => ({
  html: escaped(String(text ?? ''))
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>'),
});

/** A value as an example. */
export const sample = (value: unknown): Html => html`<pre><code>${JSON.stringify(value, null, 2)}</code></pre>`;

export const codes = (values: readonly unknown[]): Html =>
  html`${values.map((value, i) => html`${i ? ', ' : ''}<code>${String(value)}</code>`)}`;

export type Section = { id: string; title: string };

/**
 * A whole page that stands alone: no script, nothing from elsewhere (the policy in it forbids both), a skip link, one
 * `h1`, a list of what is on it.
 */
export function page({
  title,
  intro,
  contents,
  body,
}: {
  title: string;
  intro: Html;
  contents: Section[];
  body: Html;
}) {
  const links = contents.map((one) => html`<li><a href="#${one.id}">${inline(one.title)}</a></li>\n`);
  return html`<!DOCTYPE html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${{ html: STYLE }}</style></head><body>
<a class="skip" href="#main">Skip to the content</a>
<header><h1>${title}</h1>${intro}</header>
<nav aria-label="Contents"><ul>
${links}</ul></nav>
<main id="main">${body}</main></body></html>
`.html;
}

const STYLE = `:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
.skip{position:absolute;inset-inline-start:-100vw}.skip:focus{position:static}
article,section{border-top:1px solid;margin-top:2rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid;padding:.5rem}
code{overflow-wrap:anywhere}dd{margin-inline-start:1.5rem}dt{margin-top:.5rem}dl dl{border-inline-start:2px solid;padding-inline-start:.75rem}`;
