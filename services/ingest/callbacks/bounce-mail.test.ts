import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classifyDsn, readEvidence } from '../../shared/evidence/index.ts';
import { readBounceMail } from './bounce-mail.ts';
import { bounceReceipts } from './bounce-receipts.ts';
import { createReceiptMaker } from './receipt.ts';
import { readBlocks } from './report-fields.ts';

const DELIVERY = 'd_0123456789abcdef0123456789abcdef';
const FOLDER = new URL('./fixtures/mail/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(`${name}.eml`, FOLDER));
const make = createReceiptMaker({ sealer: { seal: (plain) => plain }, now: () => Date.parse('2026-11-25T00:00:00Z') });

async function receiptsOf(raw: Buffer, nullSender = true) {
  const mail = await readBounceMail(raw, nullSender);
  return bounceReceipts(mail, { deliveryId: DELIVERY, raw: raw.toString('utf8'), make });
}
const told = async (name: string, nullSender = true) =>
  (await receiptsOf(fixture(name), nullSender)).map(({ kind, reason, smtpStatus }) => [kind, reason, smtpStatus]);

describe('mail to a bounce address', () => {
  it.each([
    ['postfix-failed', ['hard_bounce', 'invalid_address', '5.1.1']],
    ['exchange-failed', ['hard_bounce', 'invalid_address', '5.1.10']],
    ['gmail-full', ['soft_bounce', 'mailbox_full', '5.2.2']],
    ['exim-general', ['hard_bounce', 'invalid_address', '5.1.1']],
    ['exim-prose', ['hard_bounce', 'invalid_address', undefined]],
    ['qmail-prose', ['hard_bounce', 'invalid_address', '5.1.1']],
    ['complaint-abuse', ['complaint', 'complaint', undefined]],
  ])('%s is %j', async (name, expected) => expect(await told(name)).toEqual([expected]));

  it('C19 d: postfix-delayed is a delay, not a bounce', async () => {
    expect(await told('postfix-delayed')).toEqual([['delayed', undefined, '4.4.1']]);
  });

  it('C19 f: complaint-not-spam is no complaint', async () => {
    expect(await told('complaint-not-spam')).toEqual([['not_spam', undefined, undefined]]);
  });

  it('C19 a: an out-of-office reply is one, also with a null sender and a number like a status in it', async () => {
    expect(await told('out-of-office', false)).toEqual([['auto_reply', undefined, undefined]]);
    expect((await told('out-of-office', true))[0]?.[0]).toBe('auto_reply');
  });

  it('C19 g: two-recipients gives a failure and a hand-over, each naming its recipient', async () => {
    const receipts = await receiptsOf(fixture('two-recipients'));
    expect(receipts.map(({ kind }) => kind)).toEqual(['hard_bounce', 'sent']);
    expect(receipts.map(({ evidence }) => readEvidence(evidence ?? '')?.recipient)).toEqual([
      'gone@example.com',
      'noor@example.com',
    ]);
  });

  it('a letter by a person is no evidence, whatever numbers it holds', async () => {
    expect(await told('letter', false)).toEqual([]);
  });

  it('has the same receipt ids when it comes again by another way', async () => {
    const again = Buffer.concat([
      Buffer.from('Received: by other.example; Tue, 24 Nov 2026\r\n'),
      fixture('postfix-failed'),
    ]);
    const [first] = await receiptsOf(fixture('postfix-failed'));
    expect((await receiptsOf(again))[0]?.id).toBe(first?.id);
    expect(first).toMatchObject({ provider: 'smtp', deliveryId: DELIVERY, occurredAt: '2026-11-24T09:00:02.000Z' });
  });

  it('is read with CRLF line ends as with LF', async () => {
    for (const name of readdirSync(FOLDER)) {
      const text = readFileSync(new URL(name, FOLDER), 'utf8');
      const crlf = await receiptsOf(Buffer.from(text.replace(/\n/g, '\r\n')));
      const lf = await receiptsOf(Buffer.from(text));
      expect([name, crlf.map(({ id }) => id)]).toEqual([name, lf.map(({ id }) => id)]);
    }
  });

  it('never throws, whatever is cut out of it or put into it', async () => {
    const originals = readdirSync(FOLDER).map((name) => readFileSync(new URL(name, FOLDER)));
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...originals),
        place,
        place,
        fc.uint8Array({ maxLength: 60 }),
        fc.boolean(),
        async (original, from, to, noise, nullSender) => {
          const [start, end] = [from, to].map((at) => Math.floor(at * original.length)).sort((a, b) => a - b);
          const raw = Buffer.concat([original.subarray(0, start), noise, original.subarray(end)]);
          expect(Array.isArray(await receiptsOf(raw, nullSender))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('blocks of fields', () => {
  it('unfold long lines, pass over what is no field and keep the first of a name', () => {
    const blocks = readBlocks(
      '\r\n\r\nReporting-MTA: dns; a\r\n\r\nAction: failed\r\nDiagnostic-Code: smtp; 550\r\n\t5.1.1 gone\r\njunk\r\naction: delayed\r\n',
    );
    expect(blocks.map((fields) => Object.fromEntries(fields))).toEqual([
      { 'reporting-mta': 'dns; a' },
      { action: 'failed', 'diagnostic-code': 'smtp; 550 5.1.1 gone' },
    ]);
  });

  it('are at most a report line and a hundred recipients, and reading them takes no longer for odd input', () => {
    expect(readBlocks('Action: failed\n\n'.repeat(5_000))).toHaveLength(101);
    const started = performance.now();
    readBlocks(`${' \t'.repeat(200_000)}\n${'a'.repeat(200_000)}\n${'\n \t'.repeat(100_000)}`);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(classifyDsn({ action: 'failed', diagnostic: 'user '.repeat(100_000) })?.kind).toBe('hard_bounce');
  });
});
