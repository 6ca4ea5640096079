/** Resolves at the first signal to stop; keeps the process up until then. */
export function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stayUp = setInterval(() => {}, 60_000);
    const end = (signal: NodeJS.Signals) => {
      clearInterval(stayUp);
      resolve(signal);
    };
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, end);
  });
}
