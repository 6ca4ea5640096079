import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'parse5';
import { createOutbox } from '../outbox.ts';
import type { MailItem, PushItem, SmsItem } from '../types.ts';
import { startPages } from './server.ts';

const at = '2026-11-24T09:00:00.000Z';
const sms = (more: Partial<SmsItem>): SmsItem => ({
  id: 's1',
  at,
  to: '+97336001234',
  sender: 'Sijilat',
  text: 'Renewed',
  type: 'Transactional',
  parts: 1,
  status: 'SUCCESS',
  providerResponse: 'Message has been accepted by phone carrier',
  ...more,
});
const mail = (more: Partial<MailItem>): MailItem => ({
  id: 'M1',
  at,
  from: 'bounces@notifyme.example',
  to: ['noor@example.com'],
  subject: 'Renewed',
  fromHeader: 'Sijilat',
  html: '<p>Renewed</p>',
  text: 'Renewed',
  headers: [],
  notify: [],
  envid: null,
  raw: Buffer.from('Subject: Renewed\r\n'),
  ...more,
});
const push = (more: Partial<PushItem>): PushItem => ({
  id: 'p1',
  at,
  service: 'webpush',
  to: 'http://127.0.0.1:1/wp/1',
  title: 'Sijilat',
  body: 'Renewed',
  payload: '{}',
  ttl: 60,
  urgency: 'normal',
  topic: null,
  ...more,
});

let outbox: ReturnType<typeof createOutbox>;
let server: Awaited<ReturnType<typeof startPages>>;

beforeEach(async () => {
  outbox = createOutbox({ keep: true });
  server = await startPages({ host: '127.0.0.1', outbox });
});

afterEach(() => server.stop());

const get = async (path: string) => {
  const response = await fetch(server.origin + path);
  return { status: response.status, headers: response.headers, body: await response.text() };
};
const api = async (query = '') => JSON.parse((await get(`/api/outbox.json${query}`)).body);

function elements(page: string, name: string): Record<string, string>[] {
  // biome-ignore lint/suspicious/noExplicitAny: the tree of parse5 is walked by name only.
  const walk = (node: any): any[] => [node, ...(node.childNodes ?? []).flatMap(walk)];
  return walk(parse(page))
    .filter((node) => node.tagName === name)
    .map((node) => Object.fromEntries(node.attrs.map(({ name, value }: Record<string, string>) => [name, value])));
}

const pages = ['/', '/phone/97336001234', '/mail', '/mail/M1', '/push'];

describe('every page', () => {
  it.each(pages)('%s shows hostile text as text and runs no script', async (path) => {
    const evil = '<img src=x onerror=alert(1)>"><script>alert(1)</script>';
    outbox.addSms(sms({ text: evil, sender: evil }));
    outbox.addMail(
      mail({
        subject: evil,
        fromHeader: evil,
        to: [evil],
        html: evil,
        text: evil,
        headers: [{ name: evil, value: evil }],
      }),
    );
    outbox.addPush(push({ title: evil, body: evil }));
    const { status, headers, body } = await get(path);
    expect(status).toBe(200);
    expect(elements(body, 'script')).toEqual([]);
    expect(elements(body, 'img')).toEqual([]);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each(['/', '/phone/97336001234', '/mail', '/push'])(
    '%s renews itself without a script, and can be held',
    async (path) => {
      expect(elements((await get(path)).body, 'meta')).toContainEqual({ 'http-equiv': 'refresh', content: '4' });
      expect((await get(`${path}?still`)).body).not.toContain('http-equiv="refresh"');
    },
  );
});

it('C07: an Arabic text stands in a bubble that takes its own direction and language', async () => {
  outbox.addSms(sms({ text: 'تم تجديد السجل 12345' }));
  const bubble = elements((await get('/phone/+97336001234')).body, 'div').find(({ class: name }) => name === 'bubble');
  expect(bubble).toEqual({ class: 'bubble', dir: 'auto', lang: 'ar' });
});

it('a telephone shows its own texts only, and what did not arrive', async () => {
  outbox.addSms(sms({ text: 'for me', status: 'FAILURE', providerResponse: 'Invalid phone number' }));
  outbox.addSms(sms({ text: 'for another', to: '+97339005678' }));
  const { body } = await get('/phone/97336001234');
  expect(body).toContain('for me');
  expect(body).toContain('Invalid phone number');
  expect(body).not.toContain('for another');
});

it('a mail stands in a frame that may do nothing, and is given as received', async () => {
  const markup = '<p style="color:red">"Noor" &amp; Sons</p>';
  outbox.addMail(mail({ html: markup }));
  expect(elements((await get('/mail/M1')).body, 'iframe')).toEqual([
    { title: 'The mail as HTML', sandbox: '', srcdoc: markup },
  ]);
  expect((await get('/mail/M1.eml')).body).toBe('Subject: Renewed\r\n');
  expect((await get('/mail/none')).status).toBe(404);
});

describe('/api/outbox.json', () => {
  it('gives everything with the counts, and raw mail only when asked', async () => {
    outbox.addSms(sms({}));
    outbox.addMail(mail({}));
    outbox.addPush(push({}));
    const everything = await api();
    expect(everything.counts).toEqual({ sms: 1, email: 1, push: 1 });
    expect(everything.sms).toEqual([sms({})]);
    expect(everything.mail[0]).not.toHaveProperty('raw');
    expect(everything.push).toEqual([push({})]);
    expect(Buffer.from((await api('?raw=1')).mail[0].raw, 'base64').toString()).toBe('Subject: Renewed\r\n');
  });

  it.each([
    ['+97336001234', [1, 0, 0]],
    ['%2B97336001234', [1, 0, 0]],
    ['97336001234', [1, 0, 0]],
    ['Noor@example.com', [0, 1, 0]],
    ['http://127.0.0.1:1/wp/1', [0, 0, 1]],
    ['nobody@example.com', [0, 0, 0]],
  ])('filters by ?to=%s', async (to, [texts, mails, pushes]) => {
    outbox.addSms(sms({}));
    outbox.addMail(mail({}));
    outbox.addPush(push({}));
    const found = await api(`?to=${to}`);
    expect([found.sms, found.mail, found.push].map((items) => items.length)).toEqual([texts, mails, pushes]);
  });
});

it('keeps the newest 5,000 texts, and counts all', async () => {
  for (let n = 1; n <= 5_003; n++) outbox.addSms(sms({ id: `s${n}` }));
  const kept = outbox.sms();
  expect([kept.length, kept[0]?.id, kept.at(-1)?.id, outbox.counts().sms]).toEqual([5_000, 's4', 's5003', 5_003]);
});

it('keeps at most 64 MiB of raw mail', () => {
  const raw = Buffer.alloc(256 * 1024);
  for (let n = 1; n <= 300; n++) outbox.addMail(mail({ id: `M${n}`, raw }));
  expect(outbox.mail().length).toBe(256);
  expect(outbox.mail().at(-1)?.id).toBe('M300');
});

describe('the chaos switch and the page of test keys', () => {
  const post = (path: string, body: unknown) =>
    fetch(server.origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('sets one provider and shows all', async () => {
    const answer = await post('/api/chaos', { target: 'sms', mode: 'black-hole' });
    expect(await answer.json()).toMatchObject({ sms: 'black-hole', email: 'ok' });
    expect(await (await fetch(`${server.origin}/api/chaos`)).json()).toMatchObject({ sms: 'black-hole' });
  });

  it.each([{}, { target: 'sms' }, { target: 'fax', mode: 'ok' }, { target: 'sms', mode: 'constructor' }])(
    'says what there is when it does not know %j',
    async (body) => {
      const answer = await post('/api/chaos', body);
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as { modes: string[] }).modes).toContain('accept-then-timeout');
    },
  );

  it('shows a posted test message, escaped, and counts nothing', async () => {
    const message = { channel: 'sms', notificationId: 'n_1', language: 'en', message: { text: 'Renewed <b>' } };
    expect((await post('/api/test-messages', message)).status).toBe(204);
    const page = await (await fetch(`${server.origin}/tests`)).text();
    expect(page).toContain('Renewed &lt;b&gt;');
    expect(outbox.counts()).toEqual({ sms: 0, email: 0, push: 0 });
  });
});
