import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFirehoseBody } from './firehose-body.ts';

const MB = 1024 * 1024;
const status = { notification: { messageId: 'm-1' }, delivery: { providerResponse: 'x' }, status: 'SUCCESS' };
const line = (value: unknown) => ({ id: '1', timestamp: 1_795_510_800_000, message: JSON.stringify(value) });
const subscription = (...logEvents: unknown[]) => ({ messageType: 'DATA_MESSAGE', logGroup: 'sns/x', logEvents });
const zipped = (value: unknown) => gzipSync(JSON.stringify(value)).toString('base64');
const plain = (text: string) => Buffer.from(text).toString('base64');
const body = (...data: unknown[]) =>
  JSON.stringify({ requestId: 'r-1', timestamp: 1, records: data.map((item) => ({ data: item })) });

describe('a Firehose request', () => {
  it('is read down to the status records, whose time is the log event’s when they have none', async () => {
    const read = await readFirehoseBody(body(zipped(subscription(line(status), line(status)))), MB);
    expect(read).toMatchObject({ ok: true, requestId: 'r-1', unreadable: 0, records: [{}, {}] });
    expect(read.ok && read.records[0]?.record.notification).toEqual({
      messageId: 'm-1',
      timestamp: new Date(1_795_510_800_000).toISOString(),
    });
  });

  it.each([
    ['not compressed', body(plain(JSON.stringify(subscription(line(status)))))],
    ['unpacked by Firehose, one a line', body(plain(`${JSON.stringify(status)}\n${JSON.stringify({ other: 1 })}\n`))],
    ['as one status record', body(plain(JSON.stringify(status)))],
    ['as CloudWatch sends it to others', JSON.stringify({ awslogs: { data: zipped(subscription(line(status))) } })],
    [
      'with that inside a record',
      body(plain(JSON.stringify({ awslogs: { data: zipped(subscription(line(status))) } }))),
    ],
  ])('is read %s', async (_what, text) => {
    expect(await readFirehoseBody(text, MB)).toMatchObject({ ok: true, records: [{ record: status }], unreadable: 0 });
  });

  it('has nothing in a control message or in lines that are no status', async () => {
    const control = { messageType: 'CONTROL_MESSAGE', logEvents: [line(status)] };
    const read = await readFirehoseBody(body(zipped(control), zipped(subscription({ message: 'START' }, 7))), MB);
    expect(read).toMatchObject({ ok: true, records: [], unreadable: 0 });
  });

  it('passes over a record that cannot be read and keeps the others', async () => {
    const broken = gzipSync('x'.repeat(500)).subarray(0, 12).toString('base64');
    const read = await readFirehoseBody(body(broken, 7, zipped(subscription(line(status))), plain('{')), MB);
    expect(read).toMatchObject({ ok: true, records: [{}], unreadable: 3 });
  });

  it('that unpacks to more than the limit is refused, in one record or in all together', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * MB)).toString('base64');
    expect(await readFirehoseBody(body(bomb), MB)).toEqual({ ok: false, requestId: 'r-1', code: 'too_large' });
    const third = zipped(subscription({ message: 'x'.repeat(400_000) }));
    expect(await readFirehoseBody(body(third, third, third), MB)).toMatchObject({ code: 'too_large' });
    const nested = plain(JSON.stringify({ awslogs: { data: bomb } }));
    expect(await readFirehoseBody(body(nested), MB)).toMatchObject({ records: [] });
  });

  it('never throws', async () => {
    const data = fc.oneof(fc.json().map(zipped), fc.json().map(plain), fc.base64String(), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.array(data).map((items) => body(...items)),
          fc.json(),
          fc.string(),
        ),
        async (text) => {
          expect(await readFirehoseBody(text, MB)).toHaveProperty('ok');
        },
      ),
    );
  });
});
