import type { HttpReply } from '../chaos.ts';

const XMLNS = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** A refusal in the words of the AWS query protocol; `code` is the wire code, for instance `InvalidParameter`. */
export class SnsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
    this.retryable = status >= 500 || code === 'Throttling';
  }
}

/** Reads `X.entry.N.key/value` and `X.entry.N.Name/Value.StringValue` lists into a plain map. */
export function readEntries(form: URLSearchParams, list: 'Attributes' | 'MessageAttributes'): Record<string, string> {
  const [key, value] = list === 'Attributes' ? ['key', 'value'] : ['Name', 'Value.StringValue'];
  const entries: Record<string, string> = {};
  for (let n = 1; form.has(`${list}.entry.${n}.${key}`); n++) {
    entries[form.get(`${list}.entry.${n}.${key}`)!] = form.get(`${list}.entry.${n}.${value}`) ?? '';
  }
  return entries;
}

/** The success form of an action; `result` is XML already escaped. */
export function resultXml(action: string, result: string, requestId: string): HttpReply {
  const inner = result ? `<${action}Result>${result}</${action}Result>` : '';
  const body = `<${action}Response xmlns="${XMLNS}">${inner}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`;
  return { status: 200, headers: headers(requestId), body };
}

/** The error form that the AWS SDKs turn into a named exception. */
export function errorXml({ code, message, status }: SnsError, requestId: string): HttpReply {
  const type = status >= 500 ? 'Receiver' : 'Sender';
  const body = `<ErrorResponse xmlns="${XMLNS}"><Error><Type>${type}</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status, headers: headers(requestId), body };
}

/** A map in the form `<X><entry><key/><value/></entry></X>`. */
export function entriesXml(name: string, entries: Record<string, string>): string {
  const rows = Object.entries(entries).map(
    ([key, value]) => `<entry><key>${escapeXml(key)}</key><value>${escapeXml(value)}</value></entry>`,
  );
  return `<${name}>${rows.join('')}</${name}>`;
}

/** Text made safe inside an XML element. */
export const escapeXml = (text: string) =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char]!);

const headers = (requestId: string) => ({ 'content-type': 'text/xml', 'x-amzn-requestid': requestId });
