import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChaosMode, ChaosTarget } from './types.ts';

export const CHAOS_TARGETS: ChaosTarget[] = ['sms', 'sms-gateway', 'email', 'email-2', 'push'];
export const CHAOS_MODES: ChaosMode[] = [
  'ok',
  'refuse',
  'throttle',
  'black-hole',
  'slow',
  'reset',
  'accept-then-timeout',
];
export const isChaosTarget = (value: unknown): value is ChaosTarget => CHAOS_TARGETS.includes(value as ChaosTarget);
export const isChaosMode = (value: unknown): value is ChaosMode => CHAOS_MODES.includes(value as ChaosMode);

export type Chaos = ReturnType<typeof createChaos>;

/** The switch that makes a server misbehave. Every server starts `ok`. */
export function createChaos() {
  const modes: Record<ChaosTarget, ChaosMode> = {
    ...{ sms: 'ok', 'sms-gateway': 'ok', email: 'ok', 'email-2': 'ok', push: 'ok' },
  };
  return {
    set(target: ChaosTarget, mode: ChaosMode) {
      modes[target] = mode;
    },
    mode: (target: ChaosTarget) => modes[target],
    modes: () => ({ ...modes }),
  };
}

export type HttpReply = { status: number; headers?: Record<string, string>; body?: string };

type HttpChaos = {
  mode: ChaosMode;
  slowMs: number;
  /** Does the work of the request and tells what to answer. */
  work(): Promise<HttpReply> | HttpReply;
  refusal: HttpReply;
  throttling: HttpReply;
};

/**
 * Answers one HTTP request as the chaos mode asks. `black-hole` drops the request and never answers;
 * `accept-then-timeout` does the work and never answers; `reset` sends a TCP RST.
 */
export async function answerHttp(request: IncomingMessage, response: ServerResponse, chaos: HttpChaos): Promise<void> {
  switch (chaos.mode) {
    case 'black-hole':
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'refuse':
      return send(response, chaos.refusal);
    case 'throttle':
      return send(response, chaos.throttling);
    case 'accept-then-timeout':
      await chaos.work();
      return;
    case 'slow':
      await delay(chaos.slowMs);
      return send(response, await chaos.work());
    case 'ok':
      return send(response, await chaos.work());
    default:
      return chaos.mode satisfies never;
  }
}

function send(response: ServerResponse, { status, headers, body }: HttpReply): void {
  if (response.destroyed) return;
  response.writeHead(status, headers);
  response.end(body);
}

/** A delay that does not keep the process alive. */
export const delay = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds).unref());
