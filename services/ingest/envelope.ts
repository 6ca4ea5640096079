import { MIMEType } from 'node:util';
import type { Request } from 'express';
import { fault, parseJson } from '../shared/event/index.ts';
import { type Problem, problem, tooLarge } from '../shared/http/problem.ts';
import { refusalOf } from '../shared/http/refuse.ts';
import { hasEventHeaders, readEventHeaders } from './binary-mode.ts';
import { LIMITS } from './limits.ts';

export type Mode = 'structured' | 'binary' | 'batch';
export type Envelope = { mode: 'single'; event: unknown } | { mode: 'batch'; events: (unknown | Problem)[] };

const MODES: Record<string, Mode> = {
  'application/cloudevents+json': 'structured',
  'application/cloudevents-batch+json': 'batch',
  'application/json': 'binary',
};

/** The content mode of a request (CloudEvents HTTP binding 1.0.2, section 3); throws the 415 problem. */
export function modeOf(req: Request): Mode {
  const type = readMediaType(req.headers['content-type']);
  const mode = type === null ? undefined : MODES[type];
  if (!mode || (mode === 'binary' && !hasEventHeaders(req.headers))) throw problem('unsupported_media_type');
  return mode;
}

/** How many bytes a body of this mode may have. */
export const bodyLimit = (mode: Mode): number => (mode === 'batch' ? LIMITS.batchBytes : LIMITS.eventBytes);

/** The events of a request, not yet judged; throws the problem of a body that cannot be read at all. */
export function readEnvelope(mode: Mode, req: Request): Envelope {
  const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
  const parsed = parseJson(body);
  if (!parsed.ok) throw refusalOf(parsed.faults);
  if (mode === 'batch') return { mode: 'batch', events: splitBatch(parsed.value, body.length) };
  if (mode === 'structured') return { mode: 'single', event: parsed.value };
  const { attributes, faults } = readEventHeaders(req.headers);
  if (faults.length) throw refusalOf(faults);
  return { mode: 'single', event: { ...attributes, datacontenttype: 'application/json', data: parsed.value } };
}

function splitBatch(value: unknown, bytes: number): (unknown | Problem)[] {
  if (!Array.isArray(value)) throw refusalOf([fault('bad_request', '')]);
  if (value.length > LIMITS.batchEvents) throw tooLarge(LIMITS.batchEvents, 'events');
  // No event of it can be larger than the whole.
  if (bytes <= LIMITS.eventBytes) return value;
  return value.map((event) =>
    Buffer.byteLength(JSON.stringify(event)) > LIMITS.eventBytes ? tooLarge(LIMITS.eventBytes, 'bytes') : event,
  );
}

/** `type/subtype` in lower case; null when it is no media type or its charset is not UTF-8. */
function readMediaType(header: string | undefined): string | null {
  if (header !== undefined && Object.hasOwn(MODES, header)) return header;
  try {
    const type = new MIMEType(header ?? '');
    const charset = type.params.get('charset')?.toLowerCase() ?? 'utf-8';
    return charset === 'utf-8' || charset === 'utf8' ? type.essence : null;
  } catch {
    return null;
  }
}
