export type Answer = { status: number; headers: Headers; body: Body };

/** What the tests look at in any answer. */
export type Body = {
  [name: string]: unknown;
  id: string;
  status: string | number;
  code: string;
  cursor: string;
  items: { [name: string]: unknown; status: string; problem: unknown }[];
  errors: { pointer: string; code: string; message: string }[];
};

export const STRUCTURED = 'application/cloudevents+json';
export const BATCH = 'application/cloudevents-batch+json';

let serial = 0;

/** An event that the sample catalogue accepts from `sijilat`, with an id of its own. */
export function sampleEvent(more: Record<string, unknown> = {}): Record<string, unknown> {
  serial += 1;
  return {
    specversion: '1.0',
    id: `evt-${serial}`,
    source: '/sijilat',
    type: 'bh.gov.moic.sijilat.licence.renewed.v1',
    subject: `company:${20_000 + serial}`,
    data: { reference: 'AB-2027/15' },
    ...more,
  };
}

/** One HTTP call; `body` is sent as it is when it is text or bytes, else as JSON. */
export async function call(
  url: string,
  key: string | null,
  { method = 'POST', type = STRUCTURED, body, headers = {} }: CallOptions = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': type }),
      ...headers,
    },
    body: body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  } as RequestInit);
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

type CallOptions = {
  method?: string;
  type?: string;
  body?: unknown;
  headers?: Record<string, string>;
};
