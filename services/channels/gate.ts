/**
 * Lets `limit` calls run at a time and keeps the others in order. The clock of a call starts behind the gate, so the
 * wait for a free connection is never mistaken for a far side that may have taken the message.
 */
export const createGate = (limit: number): { run<T>(work: () => Promise<T>): Promise<T> } => {
  let running = 0;
  const waiting: (() => void)[] = [];

  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  const enter = async (): Promise<void> => {
    if (running < limit) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };

  return {
    run: async (work) => {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
};
