import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { type BounceListener, createBounceListener } from '../../services/ingest/callbacks/index.ts';
import { createSink, DELIVERY, DOMAIN } from './callbacks/harness.ts';

describe('the bounce listener', () => {
  let sink: ReturnType<typeof createSink>;
  let listener: BounceListener;
  let port: number;
  const fixture = (name: string) =>
    readFileSync(new URL(`../../services/ingest/callbacks/fixtures/mail/${name}.eml`, import.meta.url), 'utf8');

  beforeEach(async () => {
    sink = createSink();
    const options = { host: '127.0.0.1', port: 0, bounceDomain: DOMAIN, maxSize: 100_000 };
    listener = createBounceListener({ ...options, deps: sink.deps });
    ({ port } = await listener.start());
  });
  afterEach(() => listener.stop());

  async function send(raw: string, to = `bounce+${DELIVERY}@${DOMAIN}`) {
    const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
    try {
      return await transport.sendMail({ raw, envelope: { from: '', to } }).then(
        ({ response }) => response,
        (error) => error.response as string,
      );
    } finally {
      transport.close();
    }
  }

  it('says 250 to a bounce once its receipt is sink.published', async () => {
    expect(await send(fixture('postfix-failed'))).toMatch(/^250 /);
    expect(sink.receipts()).toMatchObject([
      { deliveryId: DELIVERY, kind: 'hard_bounce', reason: 'invalid_address', smtpStatus: '5.1.1', provider: 'smtp' },
    ]);
    expect(JSON.stringify(sink.published)).not.toContain('noor@example.com');
  });

  it('takes the address in capitals, as some servers write it', async () => {
    expect(await send(fixture('gmail-full'), `BOUNCE+${DELIVERY.toUpperCase()}@${DOMAIN.toUpperCase()}`)).toMatch(
      /^250 /,
    );
    expect(sink.receipts()).toMatchObject([{ deliveryId: DELIVERY, kind: 'soft_bounce' }]);
  });

  it.each([`noor@${DOMAIN}`, `bounce@${DOMAIN}`, `bounce+d_00@${DOMAIN}`, `bounce+${DELIVERY}@example.com`])(
    'says 550 5.1.1 to %s',
    async (to) => {
      expect(await send(fixture('postfix-failed'), to)).toMatch(/^550 5\.1\.1 /);
      expect(sink.published).toEqual([]);
    },
  );

  it('says 451 while the broker is down and takes the mail when it comes again', async () => {
    sink.down = true;
    expect(await send(fixture('postfix-failed'))).toMatch(/^451 4\.3\.0 /);
    sink.down = false;
    expect(await send(fixture('postfix-failed'))).toMatch(/^250 /);
    expect(sink.receipts()).toHaveLength(1);
  });

  it('says 552 to mail over the limit and publishes nothing', async () => {
    expect(await send(`Subject: long\r\n\r\n${'x'.repeat(98)}\r\n`.repeat(2_000))).toMatch(/^552 /);
    expect(sink.published).toEqual([]);
  });

  it('takes a letter by a person without making evidence of it', async () => {
    const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
    const envelope = { from: 'noor@example.com', to: `bounce+${DELIVERY}@${DOMAIN}` };
    expect((await transport.sendMail({ raw: fixture('letter'), envelope })).response).toMatch(/^250 /);
    transport.close();
    expect(sink.published).toEqual([]);
  });
});
