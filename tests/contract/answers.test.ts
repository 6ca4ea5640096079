import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { PROBLEMS } from '../../services/shared/problems/index.ts';
import { CONTRACTS, inside, type Node, OPENAPI, operations } from './documents.ts';
import { createFakeServices, KEY, LINK } from './fake-services.ts';

const BASE = 'https://notifyme.example/';
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
for (const file of readdirSync(join(CONTRACTS, 'schemas')))
  ajv.addSchema(JSON.parse(readFileSync(join(CONTRACTS, 'schemas', file), 'utf8')));
ajv.addSchema({ $id: `${BASE}openapi.yaml`, ...OPENAPI });

const server = createServer(createFakeServices());
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => void server.close(resolve)));

const example = readFileSync(join(CONTRACTS, 'examples', 'valid', 'benayat-permit-approved.json'), 'utf8');
const single = 'application/cloudevents+json';
const batch = 'application/cloudevents-batch+json';
const json = 'application/json';
const notice = '/v1/notifications/n_00112233445566778899aabbccddeeff';
const hook = '/v1/webhooks/w_00112233445566778899aabbccddeeff';
const inbox = '/v1/me/notifications/n_00112233445566778899aabbccddeeff';
const name = JSON.stringify({ source: '/benayat', id: 'e-1', subject: 'cpr:480620030' });

type Row = [operation: string, status: number, path: string, sent?: { type?: string; body?: string; key?: string }];

const ROWS: Row[] = [
  ['publishEvents', 202, '/v1/events', { type: single, body: example }],
  ['publishEvents', 202, '/v1/events', { type: batch, body: `[${example}]` }],
  ['publishEvents', 200, '/v1/events', { type: batch, body: '[]' }],
  ['publishEvents', 207, '/v1/events', { type: batch, body: `[${example},{}]` }],
  ['publishEvents', 400, '/v1/events', { type: single, body: '{' }],
  ['publishEvents', 401, '/v1/events', { type: single, body: example, key: '' }],
  ['publishEvents', 403, '/v1/events', { type: single, body: example.replace('"/benayat"', '"/health"') }],
  ['publishEvents', 413, '/v1/events', { type: single, body: ' '.repeat(300_000) }],
  ['publishEvents', 415, '/v1/events', { type: 'text/plain', body: example }],
  ['publishEvents', 422, '/v1/events', { type: single, body: example.replace('480620030', '481320030') }],
  ['findNotice', 200, '/v1/events/status', { type: json, body: name }],
  ['findNotice', 422, '/v1/events/status', { type: json, body: name.replace('480620030', '481320030') }],
  ['findNotice', 413, '/v1/events/status', { type: json, body: ' '.repeat(5_000) }],
  ['cancelEvent', 200, '/v1/events/cancel', { type: json, body: name }],
  ['readNotice', 200, notice],
  ['readNotice', 400, `${notice}?full=1`],
  ['readNotice', 404, '/v1/notifications/1'],
  ['cancelNotice', 200, `${notice}/cancel`],
  ['previewAudience', 401, '/v1/audiences/preview', { type: json, body: '{}', key: '' }],
  ['previewAudience', 400, '/v1/audiences/preview', { type: json, body: '{"segment":"all"}' }],
  ['previewAudience', 422, '/v1/audiences/preview', { type: json, body: '{"segment":"all","type":"unknown"}' }],
  ['pullOutcomes', 200, '/v1/outcomes'],
  ['pullOutcomes', 400, '/v1/outcomes?limit=0'],
  ['listWebhooks', 200, '/v1/webhooks'],
  ['listWebhooks', 401, '/v1/webhooks', { key: '' }],
  ['createWebhook', 201, '/v1/webhooks', { type: json, body: '{"url":"https://hooks.example.com/a"}' }],
  ['createWebhook', 201, '/v1/webhooks', { type: json, body: '{"url":"https://hooks.example.com","signature":"v1a"}' }],
  ['createWebhook', 400, '/v1/webhooks', { type: json, body: '{"url":1,"to":"x"}' }],
  ['createWebhook', 422, '/v1/webhooks', { type: json, body: '{"url":"https://169.254.169.254/"}' }],
  ['readWebhook', 200, hook],
  ['readWebhook', 400, `${hook}?full=1`],
  ['readWebhook', 404, '/v1/webhooks/1'],
  ['removeWebhook', 204, hook],
  ['rotateWebhookKey', 200, `${hook}/rotate`],
  ['replayWebhook', 202, `${hook}/replay`, { type: json, body: '{"cursor":"MTpiZW5heWF0OjQx"}' }],
  ['replayWebhook', 400, `${hook}/replay`, { type: json, body: '{"cursor":"x"}' }],
  ['testWebhook', 200, `${hook}/test`],
  ['readMe', 200, '/v1/me'],
  ['readMe', 400, '/v1/me?full=1'],
  ['readMe', 401, '/v1/me', { key: '' }],
  ['saveMe', 400, '/v1/me', { type: json, body: '{' }],
  ['saveMe', 413, '/v1/me', { type: json, body: ' '.repeat(70_000) }],
  ['saveMe', 415, '/v1/me', { type: 'text/plain', body: '{}' }],
  ['saveMe', 422, '/v1/me', { type: json, body: '{"timeZone":"Mars/Base","quietHours":{"from":"7","to":"8"}}' }],
  ['listContacts', 200, '/v1/me/contacts'],
  ['addContact', 422, '/v1/me/contacts', { type: json, body: '{"channel":"sms","address":"+97317001234"}' }],
  ['sendCode', 404, '/v1/me/contacts/1/code'],
  [
    'verifyContact',
    422,
    '/v1/me/contacts/c_00112233445566778899aabbccddeeff/verify',
    { type: json, body: '{"code":"1"}' },
  ],
  ['sendCode', 409, '/v1/me/contacts/c_00112233445566778899aabbccddeeff/code'],
  ['readPreferences', 200, '/v1/me/preferences'],
  [
    'savePreferences',
    422,
    '/v1/me/preferences',
    { type: json, body: '{"preferences":[{"entity":"none","category":"*","channel":"sms","allow":false}]}' },
  ],
  ['readInbox', 200, '/v1/me/notifications'],
  ['readInbox', 422, '/v1/me/notifications?limit=0'],
  ['readInboxNotice', 200, inbox],
  ['markRead', 200, `${inbox}/read`],
  ['markRead', 404, '/v1/me/notifications/1/read'],
  ['readUnsubscribe', 200, `/v1/unsubscribe/${LINK}`],
  ['unsubscribe', 404, '/v1/unsubscribe/none'],
  ['checkReference', 400, '/v1/check?reference=1A2B3C4D&to=1'],
  ['checkReference', 422, '/v1/check'],
  ['checkReference', 404, '/v1/check?reference=none'],
  ['receiveSns', 400, '/callbacks/sns', { type: 'text/plain', body: '{}' }],
  ['receiveSmsStatus', 401, '/callbacks/sns-sms-status', { type: json, body: '{}' }],
  ['readPerformance', 200, '/open-data/performance.json'],
  ['downloadPerformance', 200, '/open-data/performance.csv'],
  ['readEvidenceKeys', 200, '/.well-known/notifyme-keys.json'],
  ['listProblems', 200, '/problems'],
  ['explainProblem', 200, '/problems/not_granted'],
  ['explainProblem', 404, '/problems/none'],
  ['livez', 200, '/livez'],
  ['readyz', 200, '/readyz'],
  ['metrics', 200, '/metrics'],
];

describe('answers', () => {
  it.each(ROWS)('of %s with %i are as openapi.yaml says (%s)', async (id, status, path, sent = {}) => {
    const operation = operations().find((one) => one.id === id)!;
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: operation.route.split(' ')[0],
      headers: {
        ...(sent.type && { 'content-type': sent.type }),
        ...(sent.key !== '' && { authorization: `Bearer ${KEY}` }),
      },
      body: sent.body,
    });
    const body = await answer.text();
    expect([answer.status, faultsOf(operation.node, answer, body)]).toEqual([status, []]);
  });
});

describe('the page of every problem code', () => {
  it.each(Object.keys(PROBLEMS))('/problems/%s is there, in English and Arabic', async (code) => {
    const { port } = server.address() as AddressInfo;
    const page = await fetch(`http://127.0.0.1:${port}/problems/${code}`);
    const text = await page.text();
    expect([page.status, text.includes('lang="en"'), text.includes('lang="ar" dir="rtl"')]).toEqual([200, true, true]);
  });
});

/** What is wrong with an answer by the schema of its operation, status and media type. */
function faultsOf(operation: Node, answer: Response, body: string): unknown[] {
  const response = (operation.responses as Record<string, Node>)[answer.status];
  if (!response) return [`status ${answer.status} is not described`];
  const { content = {}, headers = {} } = inside(OPENAPI, response) as Record<string, Record<string, { schema: Node }>>;
  const type = (answer.headers.get('content-type') ?? '').split(';')[0]!;
  const absent = Object.keys(headers).filter((header) => !answer.headers.has(header));
  if (Object.keys(content).length === 0 && body === '') return absent;
  if (!content[type]) return [...absent, `${type} is not described`];
  const validate = ajv.compile({ $id: BASE, ...resolved(content[type].schema) });
  ajv.removeSchema(BASE);
  const value = type.endsWith('json') ? JSON.parse(body) : body;
  return validate(value) ? absent : [...absent, ...(validate.errors ?? [])];
}

/** A schema of the document as one that stands alone: its references name the document. */
const resolved = (schema: Node): Node => JSON.parse(JSON.stringify(schema).replaceAll('"#/', `"${BASE}openapi.yaml#/`));
