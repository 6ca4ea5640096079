import type { Logger } from './log.ts';

export type Loop = { stop(): Promise<void>; progress(): { lastProgressAt: number } };
export type LoopOptions = {
  name: string;
  /** Rest after a step that found nothing to do; a step that did something is followed by the next at once. */
  restMs: number;
  /** One idempotent step; true when there may be more. */
  step(): Promise<boolean>;
  log: Logger;
};

/** Runs a step again and again until stopped. A failing step is logged and tried again after a rest that grows to 10 s. */
export function startLoop({ name, restMs, step, log }: LoopOptions): Loop {
  const state = { stopping: false, lastProgressAt: Date.now(), wake: () => {} };
  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      // Told to stop during the step: nobody would wake this rest.
      if (state.stopping) return resolve();
      const timer = setTimeout(resolve, ms);
      state.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const running = run();
  return {
    stop() {
      state.stopping = true;
      state.wake();
      return running;
    },
    progress: () => ({ lastProgressAt: state.lastProgressAt }),
  };

  async function run() {
    for (let failures = 0; !state.stopping; ) {
      try {
        const more = await step();
        state.lastProgressAt = Date.now();
        failures = 0;
        if (!more) await rest(restMs);
      } catch (error) {
        const { code, name: kind } = error as { code?: string; name?: string };
        log.error({ event: 'loop_failed', detail: name, code: String(code ?? kind), tries: ++failures });
        await rest(Math.min(10_000, restMs * 2 ** failures));
      }
    }
  }
}
