import type { Socket } from 'node:net';
import type { SMTPServerSession } from 'smtp-server';
import type { Chaos } from '../chaos.ts';
import { fateOf } from './fates.ts';

const GREYLISTED = 10_000;

type Next = (error?: Error | null) => void;

/** Decides at the greeting and at every MAIL command, so that a pooled connection feels chaos as well. */
export function createGate(chaos: Chaos, sockets: Map<number, Socket>) {
  return (stage: 'greeting' | 'mail', session: SMTPServerSession, next: Next): void => {
    switch (chaos.mode('email')) {
      case 'black-hole':
        return;
      case 'reset':
        sockets.get(session.remotePort)?.resetAndDestroy();
        return;
      case 'refuse':
        next(smtpError(421, '4.3.2 Service not available'));
        return;
      case 'throttle':
        next(stage === 'mail' ? smtpError(450, '4.7.1 Too much mail, slow down') : null);
        return;
      default:
        next();
    }
  };
}

/** The refusal of one recipient at RCPT, or null. */
export function refusalOf(address: string, session: SMTPServerSession, greylist: (key: string) => boolean) {
  const fate = fateOf(address);
  if (fate === 'reject') return smtpError(550, '5.1.1 Recipient address rejected: user unknown');
  const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
  if (fate === 'greylist' && greylist(`${from} ${address}`)) return smtpError(451, '4.7.1 Greylisted, try again later');
  return null;
}

/** True the first time a pair of sender and recipient is seen. */
export function createGreylist() {
  const seen = new Set<string>();
  return (pair: string) => {
    if (seen.has(pair)) return false;
    if (seen.size >= GREYLISTED) seen.clear();
    seen.add(pair);
    return true;
  };
}

/** An error that the library answers with this reply code. */
export const smtpError = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });
