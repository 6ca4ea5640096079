import type dns from 'node:dns';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readAddress } from './address.ts';
import { createSender, type Sender, type SenderOptions } from './sender.ts';

const headers = { 'webhook-id': 'n_1_0', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' };

/** A resolver that gives one list of addresses a question, the last one for ever. */
const resolver = (...answers: string[][]): typeof dns.lookup =>
  ((_name: string, _options: unknown, done: (...result: unknown[]) => void) => {
    const found = answers.length > 1 ? answers.shift()! : answers[0]!;
    done(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as never;

describe('posting to an endpoint', () => {
  const asked: string[] = [];
  let answer = (_req: IncomingMessage, res: ServerResponse): void => void res.end();
  const server = createServer((req, res) => {
    asked.push(req.url ?? '');
    answer(req, res);
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(resolve));
  });

  const senders: Sender[] = [];
  const sender = (options: Partial<SenderOptions> = {}) => {
    const made = createSender({ timeoutMs: 2_000, allowPrivate: false, ...options });
    senders.push(made);
    return made;
  };
  afterEach(async () => {
    await Promise.all(senders.splice(0).map((one) => one.close()));
    asked.length = 0;
    answer = (_req, res) => void res.end();
  });

  it.each([
    'https://127.0.0.1/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[fd00:ec2::254]/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://0/',
    'https://①②⑦.0.0.1/',
    'http://hooks.example.com/',
    'https://user:pass@hooks.example.com/',
    'https://hooks.example.com:6379/',
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'not an address',
  ])('does not take %s for an address', async (given) => {
    expect(readAddress(given, false)).toBe(null);
    expect(await sender().send(given, headers, '{}')).toMatchObject({ status: null, result: 'ENOTPUBLIC' });
  });

  it.each([[['127.0.0.1']], [['169.254.169.254']], [['::ffff:10.0.0.1']], [['8.8.8.8', '127.0.0.1']]])(
    'does not connect where a name leads inside: %j',
    async (addresses) => {
      const { send } = sender({ lookup: resolver(addresses) });
      expect(await send('https://hooks.example.com/', headers, '{}')).toMatchObject({ result: 'ENOTPUBLIC' });
    },
  );

  it('asks the name server once for a connection and goes to what it checked, so that rebinding leads nowhere', async () => {
    let questions = 0;
    const counted = (resolve: typeof dns.lookup) =>
      ((...args: Parameters<typeof resolve>) => {
        questions += 1;
        return resolve(...args);
      }) as typeof dns.lookup;
    const refused = sender({ lookup: counted(resolver(['127.0.0.1'], ['8.8.8.8'])) });
    expect(await refused.send('https://hooks.example.com/', headers, '{}')).toMatchObject({ result: 'ENOTPUBLIC' });
    expect([questions, asked]).toEqual([1, []]);
    const reached = sender({ allowPrivate: true, lookup: counted(resolver(['127.0.0.1'], ['10.0.0.1'])) });
    expect(await reached.send(`http://localhost:${port}/hook`, headers, '{}')).toMatchObject({ status: 200 });
    expect([questions, asked]).toEqual([2, ['/hook']]);
  });

  it('lets http pass on a laptop, to this machine alone', async () => {
    const local = `http://127.0.0.1:${port}/hook?a=1`;
    expect(readAddress(local, false)).toBe(null);
    expect(readAddress('http://10.0.0.1/', true)).toBe(null);
    expect(readAddress('http://hooks.example.com/', true)).toBe(null);
    expect(await sender({ allowPrivate: true }).send(local, headers, '{}')).toMatchObject({ status: 200 });
    expect(asked).toEqual(['/hook?a=1']);
  });

  it('does not follow a redirect', async () => {
    answer = (_req, res) => void res.writeHead(307, { location: `http://127.0.0.1:${port}/inside` }).end();
    const { send } = sender({ allowPrivate: true });
    expect(await send(`http://127.0.0.1:${port}/hook`, headers, '{}')).toMatchObject({ result: 'HTTP 307' });
    expect(asked).toEqual(['/hook']);
  });

  it('gives up on an endpoint that does not answer in time, and does not read an endless body', async () => {
    const { send } = sender({ allowPrivate: true, timeoutMs: 400 });
    answer = () => {};
    expect(await send(`http://127.0.0.1:${port}/hook`, headers, '{}')).toMatchObject({ result: 'TimeoutError' });
    let written = 0;
    answer = (_req, res) => {
      const more = () => {
        while (!res.destroyed && res.write('x'.repeat(65_536))) written += 65_536;
      };
      res.on('drain', more);
      more();
    };
    const start = Date.now();
    expect(await send(`http://127.0.0.1:${port}/hook`, headers, '{}')).toMatchObject({ status: 200 });
    expect(Date.now() - start).toBeLessThan(1_000);
    expect(written).toBeLessThan(50_000_000);
  });

  it('reads how long an endpoint asks to be left alone', async () => {
    answer = (_req, res) => void res.writeHead(503, { 'retry-after': '7' }).end();
    const { send } = sender({ allowPrivate: true });
    const local = `http://127.0.0.1:${port}/hook`;
    expect(await send(local, headers, '{}')).toEqual({ status: 503, result: 'HTTP 503', retryAfterMs: 7_000 });
  });
});
