/**
 * Runs a call under a signal that aborts it after so many milliseconds. The timer ends with the call, which one of
 * `AbortSignal.timeout` does not: of thousands of calls a minute all would be kept until their time has come.
 */
export async function withDeadline<T>(ms: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException('No answer in time', 'TimeoutError')), ms);
  try {
    return await call(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
