import type { TestItem } from '../types.ts';
import { page, type Renewal, time } from './layout.ts';
import { html, languageOf } from './markup.ts';

/** What a channel worker posts of a test message, flattened to what is shown. */
export function testItem(body: Record<string, unknown>, now = new Date()): TestItem {
  const message = (body.message ?? {}) as Record<string, unknown>;
  const word = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 20_000) : '');
  const channel = ['sms', 'email', 'push'].find((name) => name === body.channel) ?? 'sms';
  return {
    at: now.toISOString(),
    channel: channel as TestItem['channel'],
    notificationId: word(body.notificationId),
    language: word(body.language),
    title: word(message.subject) || word(message.title),
    text: word(message.text) || word(message.body),
  };
}

/** What test keys would have sent: rendered, and handed to nobody. */
export function testsPage(items: TestItem[], renewal: Renewal): string {
  const cards = items
    .slice(-200)
    .reverse()
    .map(
      (item) => html`<li class="tile">
<div><strong class="small">${item.channel}</strong>${time(item.at)}<span class="tag good">to nobody</span></div>
${item.title ? html`<p lang="${languageOf(item.title)}" dir="auto"><strong>${item.title}</strong></p>` : ''}
<pre dir="auto" lang="${languageOf(item.text)}">${item.text}</pre>
<div class="small soft"><bdi>${item.notificationId}</bdi></div>
</li>`,
    );
  const content = html`<h1>Test messages</h1>
<p class="lead">What test keys published, as it would have read. No provider and no person got it.</p>
${cards.length ? html`<ul class="tiles">${cards}</ul>` : html`<p class="empty">No test message yet.</p>`}`;
  return page('Test messages', 'tests', content, renewal);
}
