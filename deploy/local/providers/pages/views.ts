import type { MailItem, PushItem, SmsItem } from '../types.ts';
import { page, type Renewal, time } from './layout.ts';
import { html, languageOf, type Markup } from './markup.ts';

type Shown = { sms: SmsItem[]; mail: MailItem[]; push: PushItem[]; counts: Record<string, number> };

const LIST = 200;
const newest = <Item>(items: Item[], limit = LIST) => items.slice(-limit).reverse();
const empty = (words: string) => html`<p class="empty">${words}</p>`;
/** Text in its own language and direction. */
const text = (words: string) => html`<bdi lang="${languageOf(words)}">${words}</bdi>`;
const fate = (sms: SmsItem) =>
  html`<span class="tag ${sms.status === 'SUCCESS' ? 'good' : 'bad'}">${sms.status === 'SUCCESS' ? 'delivered' : sms.providerResponse}</span>`;

/** The overview: one tile a telephone, then the newest mail and push. */
export function homePage({ sms, mail, push, counts }: Shown, renewal: Renewal): string {
  const phones = new Map<string, SmsItem[]>();
  for (const item of newest(sms, sms.length)) (phones.get(item.to) ?? phones.set(item.to, []).get(item.to)!).push(item);
  const tiles = [...phones].slice(0, 30).map(
    ([number, items]) => html`<li class="tile">
<div><a href="/phone/${encodeURIComponent(number)}"><bdi>${number}</bdi></a>${time(items[0]!.at)}</div>
<p lang="${languageOf(items[0]!.text)}" dir="auto">${items[0]!.text}</p>
<div class="small soft">${items.length} ${items.length === 1 ? 'text' : 'texts'} ${fate(items[0]!)}</div>
</li>`,
  );
  const content = html`<h1>Overview</h1>
<p class="lead">${counts.sms} texts, ${counts.email} mails and ${counts.push} push messages since the start.</p>
<h2>Telephones</h2>
${tiles.length ? html`<ul class="tiles">${tiles}</ul>` : empty('No text has been sent yet.')}
<h2>Newest mail</h2>
${mail.length ? mailRows(newest(mail, 5)) : empty('No mail has been sent yet.')}
<h2>Newest push messages</h2>
${push.length ? html`<ul class="tiles">${newest(push, 6).map((item) => html`<li class="tile">${pushCard(item)}</li>`)}</ul>` : empty('No push message has been sent yet.')}`;
  return page('Overview', 'home', content, renewal);
}

/** One telephone with its texts. Newest first in the page and drawn upwards, so that a full screen shows its end without a script. */
export function phonePage(number: string, sms: SmsItem[], renewal: Renewal): string {
  const bubbles = newest(sms).map(
    (item) => html`<li>
<div class="meta"><strong class="small"><bdi>${item.sender}</bdi></strong>${time(item.at)}${fate(item)}
<span class="small soft">${item.parts} ${item.parts === 1 ? 'part' : 'parts'}${item.by ? ` · by ${item.by}` : ''}</span></div>
<div class="bubble${item.status === 'SUCCESS' ? '' : ' lost'}" dir="auto" lang="${languageOf(item.text)}">${item.text}</div>
</li>`,
  );
  const content = html`<div class="phone"><div class="screen">
<div class="bar"><h1><bdi>${number}</bdi></h1><span class="small soft">Messages</span></div>
${sms.length ? html`<ul class="thread" tabindex="0" aria-label="Texts">${bubbles}</ul>` : html`<p class="empty">No text for this number.</p>`}
</div></div>`;
  return page(number, 'home', content, renewal);
}

/** The list of mails, newest first. */
export function mailListPage(mail: MailItem[], renewal: Renewal): string {
  const content = html`<h1>Mail</h1><p class="lead">${mail.length} kept, newest first.</p>
${mail.length ? mailRows(newest(mail)) : empty('No mail has been sent yet.')}`;
  return page('Mail', 'mail', content, renewal);
}

/** One mail: HTML in a frame that may do nothing, then the text part and the headers. */
export function mailPage(mail: MailItem): string {
  const content = html`<p class="small"><a href="/mail">All mail</a></p>
<article class="mail"><header>
<h1 dir="auto" lang="${languageOf(mail.subject)}">${mail.subject || '(no subject)'}</h1>
<dl><dt>From</dt><dd>${text(mail.fromHeader)}</dd><dt>To</dt><dd><bdi>${mail.to.join(', ')}</bdi></dd>
<dt>Return path</dt><dd><bdi>${mail.from || '<>'}</bdi></dd><dt>Received</dt><dd>${time(mail.at)}</dd>
<dt>Reports asked</dt><dd>${mail.notify.join(', ') || 'none'}</dd></dl>
</header>
${mail.html ? html`<iframe title="The mail as HTML" sandbox srcdoc="${mail.html}"></iframe>` : ''}
</article>
<details${mail.html ? '' : html` open`}><summary>Text part</summary><pre dir="auto" lang="${languageOf(mail.text)}">${mail.text || '(none)'}</pre></details>
<details><summary>${mail.headers.length} headers</summary>
<dl>${mail.headers.map(({ name, value }) => html`<dt>${name}</dt><dd><bdi>${value}</bdi></dd>`)}</dl>
<p class="small"><a href="/mail/${mail.id}.eml">The message as received</a></p></details>`;
  return page(mail.subject || 'Mail', 'mail', content, 'never');
}

/** A lock screen with the push messages, newest first. */
export function pushPage(push: PushItem[], now: Date, renewal: Renewal): string {
  const zone = { timeZone: 'Asia/Bahrain' } as const;
  const clock = now.toLocaleTimeString('en-GB', { ...zone, hour: '2-digit', minute: '2-digit' });
  const day = now.toLocaleDateString('en-GB', { ...zone, weekday: 'long', day: 'numeric', month: 'long' });
  const cards = newest(push).map((item) => html`<li class="card">${pushCard(item)}</li>`);
  const content = html`<h1>Push</h1><p class="lead">${push.length} kept, newest first.</p>
<div class="phone"><div class="screen lock"><p class="clock">${clock}</p><p class="day">${day}</p>
${push.length ? html`<ul class="cards">${cards}</ul>` : html`<p class="card">No push message has been sent yet.</p>`}
</div></div>`;
  return page('Push', 'push', content, renewal);
}

function mailRows(mail: MailItem[]): Markup {
  const rows = mail.map(
    ({ id, to, subject, at }) => html`<li><a href="/mail/${id}"><span class="line"><bdi>${to.join(', ')}</bdi></span>
<span class="line wide">${text(subject || '(no subject)')}</span>${time(at)}</a></li>`,
  );
  return html`<ul class="rows">${rows}</ul>`;
}

function pushCard({ service, title, body, at, urgency }: PushItem): Markup {
  const name = { webpush: 'Browser', gcm: 'Android', apns: 'iPhone' }[service];
  return html`<p class="head"><span>${name}${urgency === 'high' ? ' · urgent' : ''}</span>${time(at)}</p>
<p class="title" dir="auto" lang="${languageOf(title)}">${title}</p><p dir="auto" lang="${languageOf(body)}">${body}</p>`;
}
