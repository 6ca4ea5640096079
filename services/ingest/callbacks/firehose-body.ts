import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Json, number, object, objects, parseObject, text } from './json.ts';

const unzip = promisify(gunzip);

export type StatusRecord = { record: Json; raw: string };
export type FirehoseBody =
  | { ok: true; requestId: string; records: StatusRecord[]; unreadable: number }
  | { ok: false; requestId: string; code: 'unreadable' | 'too_large' };

/**
 * Reads one Data Firehose request (`{ requestId, timestamp, records: [{ data }] }`) or one CloudWatch Logs subscription
 * message (`{ awslogs: { data } }`) down to the delivery status records of SNS in it. `data` is base64 of JSON, gzipped
 * or not: a subscription message with `logEvents`, or, when Firehose unpacks them, the status records themselves, one a line.
 * @param maxInflated bytes that all records may have together once unpacked; more is `too_large` before it is unpacked.
 */
export async function readFirehoseBody(body: string, maxInflated: number): Promise<FirehoseBody> {
  const value = parseObject(body);
  const requestId = text(value?.requestId) ?? '';
  const bare = text(object(value?.awslogs)?.data);
  const parcels = bare
    ? [bare]
    : Array.isArray(value?.records)
      ? value.records.map((item) => object(item)?.data)
      : null;
  if (!parcels) return { ok: false, requestId, code: 'unreadable' };
  const records: StatusRecord[] = [];
  let left = maxInflated;
  let unreadable = 0;
  for (const parcel of parcels) {
    const content = await unpack(text(parcel) ?? '', left);
    if (content === 'too_large') return { ok: false, requestId, code: 'too_large' };
    left -= Buffer.byteLength(content ?? '');
    const found = content === null ? null : await readParcel(content, left);
    if (found === null) unreadable += 1;
    else records.push(...found);
  }
  return { ok: true, requestId, records, unreadable };
}

/** @returns the text, null when it is no base64 of text or gzip, `too_large` when it would exceed `limit` bytes. */
async function unpack(data: string, limit: number): Promise<string | 'too_large' | null> {
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length === 0) return null;
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.length > limit ? 'too_large' : bytes.toString('utf8');
  try {
    return (await unzip(bytes, { maxOutputLength: Math.max(1, limit) })).toString('utf8');
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : null;
  }
}

async function readParcel(content: string, limit: number): Promise<StatusRecord[] | null> {
  const whole = parseObject(content);
  const nested = text(object(whole?.awslogs)?.data);
  if (nested) {
    const inner = await unpack(nested, limit);
    return inner === null || inner === 'too_large' ? null : readMessage(parseObject(inner));
  }
  if (whole) return readMessage(whole);
  const lines = content.split('\n').filter((line) => line.trim() !== '');
  const parsed = lines.map((raw) => ({ record: parseObject(raw), raw }));
  return parsed.some(({ record }) => record === null)
    ? null
    : parsed.flatMap(({ record, raw }) => (isStatus(record) ? [{ record: record as Json, raw }] : []));
}

/** A subscription message or one status record. A CONTROL_MESSAGE only asks whether anybody is there. */
function readMessage(message: Json | null): StatusRecord[] | null {
  if (message === null) return null;
  if (message.messageType === 'CONTROL_MESSAGE') return [];
  if (isStatus(message)) return [{ record: message, raw: JSON.stringify(message) }];
  if (!Array.isArray(message.logEvents)) return null;
  return objects(message.logEvents).flatMap(({ message: line, timestamp }) => {
    const raw = text(line) ?? '';
    const record = parseObject(raw);
    return record && isStatus(record) ? [{ record: withTime(record, number(timestamp)), raw }] : [];
  });
}

const isStatus = (record: Json | null) => object(record?.notification) !== null && object(record?.delivery) !== null;

/** The log's own time stands in where the record has none. */
function withTime(record: Json, logged: number | null): Json {
  const notification = object(record.notification) ?? {};
  if (text(notification.timestamp) || logged === null || Math.abs(logged) > 8.64e15) return record;
  return { ...record, notification: { ...notification, timestamp: new Date(logged).toISOString() } };
}
