import type { IncomingHttpHeaders } from 'node:http';
import { type Fault, fault } from '../shared/event/index.ts';

const PREFIX = 'ce-';

/** Whether the request looks like binary mode: one of the required attributes stands in a header. */
export const hasEventHeaders = (headers: IncomingHttpHeaders): boolean =>
  ['ce-specversion', 'ce-id', 'ce-source', 'ce-type'].some((name) => headers[name] !== undefined);

/**
 * The attributes of an event in binary mode (CloudEvents HTTP binding 1.0.2, section 3.1.3): every `ce-*` header,
 * unquoted, then percent-decoded once. Bytes that are not UTF-8, and characters that no header may hold, are faults.
 */
export function readEventHeaders(headers: IncomingHttpHeaders): {
  attributes: Record<string, string>;
  faults: Fault[];
} {
  const attributes: Record<string, string> = {};
  const faults: Fault[] = [];
  for (const [header, raw] of Object.entries(headers)) {
    if (!header.startsWith(PREFIX)) continue;
    const name = header.slice(PREFIX.length);
    const value = typeof raw === 'string' ? decodeValue(raw) : null;
    // The content type says it already; section 3.1.1 forbids to say it twice.
    if (name === 'datacontenttype' || name === 'data' || value === null) faults.push(fault('bad_request', `/${name}`));
    else attributes[name] = value;
  }
  return { attributes, faults };
}

function decodeValue(raw: string): string | null {
  if (!/^[\x20-\x7e]*$/.test(raw)) return null;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(raw);
  const text = quoted ? quoted[1]!.replace(/\\(.)/g, '$1') : raw;
  try {
    // Rejects broken escapes and overlong UTF-8, as the binding demands.
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
