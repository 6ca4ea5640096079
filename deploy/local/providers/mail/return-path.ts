import { createTransport, type Transporter } from 'nodemailer';
import { delay } from '../chaos.ts';
import type { Callbacks, Log } from '../types.ts';

const ATTEMPTS = 6;
const WAITING = 50_000;

/** Sends reports to a return path by SMTP with the null reverse-path (RFC 5321, section 4.5.5), and repeats on failure. */
export function createReturnPath({ target, log }: { target: () => Callbacks['bounceSmtp']; log: Log }) {
  let transport: Transporter | null = null;
  let openTo = '';
  let waiting = 0;
  let stopped = false;

  const transportFor = ({ host, port }: { host: string; port: number }) => {
    if (transport && openTo === `${host} ${port}`) return transport;
    transport?.close();
    openTo = `${host} ${port}`;
    transport = createTransport({ host, port, pool: true, maxConnections: 3, maxMessages: Infinity, ignoreTLS: true });
    return transport;
  };

  return {
    async send(returnPath: string, raw: Buffer): Promise<void> {
      if (waiting >= WAITING) {
        log('return.dropped', { waiting });
        return;
      }
      waiting++;
      for (let attempt = 1; attempt <= ATTEMPTS && !stopped; attempt++) {
        const address = target();
        if (!address) break;
        try {
          await transportFor(address).sendMail({ envelope: { from: '', to: [returnPath] }, raw });
          break;
        } catch (error) {
          const { responseCode } = error as { responseCode?: number };
          log('return.failed', { attempt, responseCode });
          if (responseCode && responseCode >= 500) break;
          await delay(100 * 2 ** attempt);
        }
      }
      waiting--;
    },
    stop() {
      stopped = true;
      transport?.close();
    },
  };
}

export type ReturnPath = ReturnType<typeof createReturnPath>;
