import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..', '..');
const QUIET = ['--disable-warning=TimeoutNegativeWarning', '--disable-warning=ExperimentalWarning'];
const RESTART_MS = 300;
/** As docs/settings.md has it. */
const STOP_SECONDS = 25;

/** A worker's place: what runs there, and under which environment. */
export type Post = { name: string; file: string; args?: string[]; env: NodeJS.ProcessEnv };
export type Fleet = ReturnType<typeof createFleet>;
export type BadStop = { name: string; code: number | null; seconds: number };
type Place = { post: Post; child: ChildProcess; exited: Promise<number | null>; wanted: boolean };

/**
 * Workers as processes of their own under a supervisor: whatever ends is started again at once. `folder` takes what
 * they write.
 */
export function createFleet(folder: string) {
  const places = new Map<string, Place>();
  /** Exits that nobody here asked for: the worker's name, and when. */
  const left: { name: string; at: number }[] = [];
  /** Stops that took too long, or did not end with 0. */
  const badStops: BadStop[] = [];
  const asked = new WeakSet<ChildProcess>();

  function start(post: Post): void {
    const log = openSync(join(folder, `${post.name}.log`), 'a');
    const options = [...QUIET, `--import=${join(ROOT, 'tests', 'faults', 'inside.ts')}`];
    const child = spawn(process.execPath, [...options, join(ROOT, post.file), ...(post.args ?? [])], {
      ...{ cwd: ROOT, env: { ...process.env, ...post.env }, stdio: ['ignore', log, log] },
    });
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const place: Place = { post, child, exited, wanted: true };
    places.set(post.name, place);
    void exited.then(async () => {
      if (!asked.has(child)) left.push({ name: post.name, at: Date.now() });
      await pause(RESTART_MS);
      if (place.wanted && places.get(post.name) === place) start(place.post);
    });
  }

  /** SIGTERM, and kill when the deadline of docs/settings.md has passed. */
  async function stopOne({ post, child, exited }: Place): Promise<void> {
    if (child.exitCode !== null) return;
    asked.add(child);
    const begun = Date.now();
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 28_000);
    const code = await exited;
    clearTimeout(timer);
    const seconds = (Date.now() - begun) / 1000;
    // By the signal itself: it had not begun to work yet.
    const orderly = code === 0 || child.signalCode === 'SIGTERM';
    if (!orderly || seconds > STOP_SECONDS) badStops.push({ name: post.name, code, seconds });
  }

  return {
    ...{ start, left, badStops },
    kill(name: string): void {
      const { child } = places.get(name)!;
      asked.add(child);
      child.kill('SIGKILL');
    },
    signal: (name: string, signal: NodeJS.Signals) => void places.get(name)!.child.kill(signal),
    /** Seconds until the process that runs there now has ended, or null when it lives longer than that. */
    async untilGone(name: string, withinMs: number): Promise<number | null> {
      const begun = Date.now();
      const alive = pause(withinMs, 'alive', { ref: false });
      const end = await Promise.race([places.get(name)!.exited, alive]);
      return end === 'alive' ? null : (Date.now() - begun) / 1000;
    },
    /** An orderly end; the supervisor starts it again, from now on with `env` more. */
    restart(name: string, env: NodeJS.ProcessEnv = {}) {
      const place = places.get(name)!;
      place.post = { ...place.post, env: { ...place.post.env, ...env } };
      return stopOne(place);
    },
    /** Ends for good. */
    async retire(name: string): Promise<void> {
      const place = places.get(name);
      if (!place) return;
      place.wanted = false;
      places.delete(name);
      await stopOne(place);
    },
    async stop(): Promise<void> {
      for (const place of places.values()) place.wanted = false;
      for (const { child } of places.values()) {
        asked.add(child);
        child.kill('SIGCONT');
        child.kill('SIGKILL');
      }
      await Promise.all([...places.values()].map(({ exited }) => exited));
    },
  };
}
