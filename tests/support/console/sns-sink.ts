import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const XMLNS = 'http://sns.amazonaws.com/doc/2010-03-31/';

export type SnsSink = {
  endpoint: string;
  /** From now on everything is refused for good, as by an account that was closed; or taken again. */
  refuse(refusing: boolean): void;
  /** Numbers that a text was taken for, in order. */
  taken(): string[];
  /** How many were refused. */
  refused(): number;
  stop(): Promise<void>;
};

/** An SNS that only counts: fast enough for thousands of texts in a test. */
export async function startSnsSink(): Promise<SnsSink> {
  const taken: string[] = [];
  const state = { refusing: false, refused: 0, id: 0 };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (text) => (body += text));
    request.on('end', () => {
      const to = new URLSearchParams(body).get('PhoneNumber') ?? '';
      const id = `sink-${state.id++}`;
      response.setHeader('content-type', 'text/xml');
      if (state.refusing) state.refused++;
      else taken.push(to);
      response.writeHead(state.refusing ? 400 : 200).end(state.refusing ? refusal(id) : answer(id));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refuse: (refusing) => {
      state.refusing = refusing;
    },
    taken: () => taken,
    refused: () => state.refused,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const answer = (id: string): string =>
  `<PublishResponse xmlns="${XMLNS}"><PublishResult><MessageId>${id}</MessageId></PublishResult></PublishResponse>`;
const refusal = (id: string): string =>
  `<ErrorResponse xmlns="${XMLNS}"><Error><Type>Sender</Type><Code>ValidationException</Code><Message>no</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`;
