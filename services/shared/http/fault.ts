export type Fault = { code: string; at?: string };

const FRAME = /(?:services|contracts|templates)\/[\w./-]+\.ts:\d+/;
const MOST_FRAMES = 3;

/**
 * What a log line may say of an error that nobody foresaw: its code or class, and the lines of ours that it came through,
 * nearest first. Never its message, which may repeat what somebody typed (OWASP Logging Cheat Sheet, "Data to exclude").
 */
export function faultOf(error: unknown): Fault {
  const { code, name, stack = '' } = (error ?? {}) as { code?: unknown; name?: unknown; stack?: unknown };
  const frames = String(stack)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .flatMap((line) => FRAME.exec(line)?.[0] ?? [])
    .slice(0, MOST_FRAMES);
  return { code: String(code ?? name), ...(frames.length > 0 && { at: frames.join(' < ') }) };
}
