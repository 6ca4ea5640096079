import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';

export type Mailer = { send(mail: { to: string; subject: string; text: string }): Promise<void>; close(): void };
export type MailerOptions = { url: string; from: string; requireTls: boolean; caFile: string };

const TIMEOUT_MS = 20_000;

/**
 * Plain mail to the technical staff of entities over the platform's own relay; null when there is none. No pool: it is
 * a few mails a day. `send` rejects when the relay did not take it.
 */
export function createMailer({ url, from, requireTls, caFile }: MailerOptions): Mailer | null {
  if (url === '') return null;
  const transport = createTransport({
    url,
    requireTLS: requireTls,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    ...(caFile !== '' && { tls: { ca: [readFileSync(caFile, 'utf8')] } }),
  });
  return {
    async send({ to, subject, text }) {
      const headers = { 'Auto-Submitted': 'auto-generated' };
      await transport.sendMail({ from, to, subject, text, headers, disableFileAccess: true, disableUrlAccess: true });
    },
    close: () => transport.close(),
  };
}
