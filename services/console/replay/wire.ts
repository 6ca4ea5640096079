import { providersOf } from '../../shared/controls/providers.ts';
import { type Loop, startLoop } from '../../shared/loop.ts';
import type { Runtime } from '../../shared/runtime.ts';
import { createForesee } from './foresee.ts';
import { createRunner } from './run.ts';
import { ensureReplayIndexes } from './store.ts';
import { sweepReplays } from './sweep.ts';
import type { ReplayTools } from './types.ts';

type Context = Omit<Runtime, 'close'>;

/** Rest of the runner while nothing is due. */
const REST_MS = 200;
const SWEEP_MS = 60 * 60_000;

/** What replays need, from the context of a process. */
export const replayTools = ({ ledger, catalogue, clock, settings, producer, ...context }: Context): ReplayTools => ({
  ...{ ledger, catalogue, clock },
  foresee: createForesee({ ...context, ledger, catalogue, providers: providersOf(settings) }),
  rules: {
    countFrom: settings.REPLAY_COUNT_FROM,
    approvalAbove: settings.REPLAY_APPROVAL_ABOVE,
    perSecond: settings.REPLAY_PER_SECOND,
  },
  letters: { sealer: context.sealer, producer: async () => producer },
});

/** Runs replays in this process; when it dies, another takes them over. Rejects when the index cannot be made. */
export async function startReplays(context: Context): Promise<Pick<Loop, 'stop'>> {
  const tools = replayTools(context);
  await ensureReplayIndexes(tools.ledger);
  const { log } = context;
  const runner = createRunner(tools);
  const run = startLoop({ name: 'replay', restMs: REST_MS, step: () => runner.step(), log });
  const sweep = startLoop({
    name: 'replay-sweep',
    restMs: SWEEP_MS,
    step: async () => (await sweepReplays(tools)) < 0,
    log,
  });
  return { stop: async () => void (await Promise.all([run.stop(), sweep.stop()])) };
}
