// What the pipeline is compared with: the bare client in a loop, to the same sink, with as many connections.

import { join } from 'node:path';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { createTransport } from 'nodemailer';
import EXAMPLE from '../../contracts/examples/valid/ofoq-declaration-cleared.json' with { type: 'json' };
import { loadCatalogue } from '../../services/shared/catalogue.ts';
import { createRenderer } from '../../services/shared/render/index.ts';
import type { RenderedMessage } from '../../services/shared/render/rendered.ts';

const [kind, port, total, parallel] = [process.argv[2], ...process.argv.slice(3).map(Number)] as [
  string,
  number,
  number,
  number,
];
const send = kind === 'smtp' ? mailer() : sns();

await send(0);
const cpu = process.cpuUsage();
const startedAt = performance.now();
let next = 1;
await Promise.all(
  Array.from({ length: parallel }, async () => {
    while (next <= total) await send(next++);
  }),
);
const seconds = (performance.now() - startedAt) / 1000;
const used = process.cpuUsage(cpu);
process.stdout.write(
  `result ${JSON.stringify({ rate: total / seconds, cpuMs: (used.user + used.system) / 1000 / total })}\n`,
);
process.exit(0);

/** What the pipeline sends for the same event, rendered once: a bare client does not render, but it sends as many bytes. */
function rendered(channel: 'email' | 'sms') {
  const portal = { name: { en: 'NotifyMe', ar: 'أبلغني' }, host: 'notifyme.bh.example' };
  const renderer = createRenderer({
    dir: join(import.meta.dirname, '..', '..', 'templates'),
    catalogue: loadCatalogue(),
    portal,
  });
  const { type, data } = EXAMPLE;
  const notificationId = `n_${'0'.repeat(32)}`;
  return renderer.render({ type, language: 'ar', channel, data, notificationId, sensitivity: 'open' });
}

function mailer() {
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    pool: true,
    maxConnections: parallel,
    maxMessages: Infinity,
    ignoreTLS: true,
  });
  const { subject, html, text } = rendered('email') as Extract<RenderedMessage, { channel: 'email' }>;
  return (n: number) =>
    transport.sendMail({ from: 'notices@notifyme.bh.example', to: `person${n}@example.com`, subject, text, html });
}

function sns() {
  const client = new SNSClient({
    region: 'me-south-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  const { text } = rendered('sms') as Extract<RenderedMessage, { channel: 'sms' }>;
  return (_n: number) => client.send(new PublishCommand({ PhoneNumber: '+97336001234', Message: text }));
}
