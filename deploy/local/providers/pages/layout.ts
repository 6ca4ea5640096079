import { html, type Markup } from './markup.ts';

const REFRESH_SECONDS = 4;

export type Place = 'home' | 'mail' | 'push' | 'tests';

/** How a page renews itself: every four seconds without a script, held by `?still`, or not at all. */
export type Renewal = 'live' | 'held' | 'never';

/** One page around its content. */
export function page(title: string, place: Place, content: Markup, renewal: Renewal): string {
  const link = (href: string, name: string, here: boolean) =>
    html`<a href="${href}"${here ? html` aria-current="page"` : ''}>${name}</a>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${renewal === 'live' ? html`<meta http-equiv="refresh" content="${REFRESH_SECONDS}">` : ''}
<title>${title} · What people receive</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="top"><div>
<strong>What people receive</strong><span class="small soft">local providers, nothing leaves this machine</span>
<nav aria-label="Channels">
${link('/', 'Overview', place === 'home')} ${link('/mail', 'Mail', place === 'mail')} ${link('/push', 'Push', place === 'push')}
${link('/tests', 'Test keys', place === 'tests')}
</nav>
</div></header>
<main>
${content}
${renewalNote(renewal)}
</main>
</body>
</html>`.markup;
}

function renewalNote(renewal: Renewal): Markup | null {
  if (renewal === 'never') return null;
  const note =
    renewal === 'live'
      ? html`This page renews itself every ${REFRESH_SECONDS} seconds. <a href="?still">Hold it</a>`
      : html`This page is held. <a href="?">Let it renew itself</a>`;
  return html`<p class="small soft">${note}</p>`;
}

/** A clock time with its instant for machines. */
export const time = (at: string) =>
  html`<time datetime="${at}">${new Date(at).toLocaleTimeString('en-GB', { timeZone: 'Asia/Bahrain' })}</time>`;
