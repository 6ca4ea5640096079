import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Router } from 'express';
import { watchConsumers } from './consumer-check.ts';
import { createApp } from './http/app.ts';
import { closable } from './http/close.ts';
import type { ReadinessCheck } from './http/health.ts';
import type { Logger } from './log.ts';
import { openRuntime, type Runtime } from './runtime.ts';
import { readSettings, type Settings, SettingsError } from './settings.ts';
import { startFault } from './start-fault.ts';

export { consumerCheck } from './consumer-check.ts';

/** A started service: what it answers to, how to tell that it works, and how to stop it. */
export type Running = {
  /** Ports beside the HTTP one, by what listens there. */
  ports?: Record<string, number>;
  routers?: { path: string; router: Router }[];
  checks?: ReadinessCheck[];
  /** Ends answers that are held open (server-sent events), before the server waits for all to end. */
  ending?(): void;
  stop?(): Promise<void>;
};

export type StartContext = Runtime & {
  /** A consumer died for good: the process must be started again. */
  onCrash(error: Error): void;
};
export type Start = (context: StartContext) => Promise<Running>;

export type Host = {
  url: string;
  port: number;
  ports: Record<string, number>;
  runtime: Runtime;
  stop(): Promise<void>;
};

/** Opens the runtime, starts the given services in this process, and listens. */
export async function host(
  name: string,
  starts: Start[],
  settings: Settings,
  onCrash: (error: Error) => void,
): Promise<Host> {
  const runtime = await openRuntime(settings, name);
  const running: Running[] = [];
  for (const start of starts) running.push(await start({ ...runtime, onCrash }));
  const ledger = ledgerCheck(runtime);
  const checks = running.flatMap((one) => one.checks ?? []);
  const app = createApp({
    routers: running.flatMap(({ routers = [] }) => routers),
    checks: [ledger, ...checks],
    metrics: runtime.metrics,
    log: runtime.log,
    trustProxy: settings.TRUST_PROXY,
  });
  const server = createServer(app);
  const close = closable(server);
  await listen(server, settings.PORT, settings.HOST);
  const { port } = server.address() as AddressInfo;
  runtime.log.info({ event: 'listening', port });
  const endWatch = watchConsumers(checks, ledger, onCrash);
  return {
    url: `http://${settings.HOST === '0.0.0.0' ? 'localhost' : settings.HOST}:${port}`,
    port,
    ports: Object.assign({}, ...running.map(({ ports }) => ports)),
    runtime,
    async stop() {
      endWatch();
      for (const { ending } of running) ending?.();
      await close();
      await Promise.all(running.map(({ stop }) => stop?.()));
      await runtime.close();
    },
  };
}

/** The whole life of a service process: settings, start, signals, stop within the deadline. */
export async function runService(name: string, ...starts: Start[]): Promise<void> {
  const settings = settingsOrExit();
  const exit = (code: number, log: Logger, detail: string) => {
    log[code === 0 ? 'info' : 'error']({ event: 'stopped', detail });
    process.exit(code);
  };
  // Heard from the start: its consumers already work when the last part of a process is still starting.
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
  void asked.then(() => setTimeout(() => process.exit(1), settings.STOP_DEADLINE_SECONDS * 1000).unref());
  const hosted = await host(name, starts, settings, (error) => {
    process.stderr.write(
      `${name}: a consumer stopped for good (${error.name}); leaving so that the supervisor starts a new one\n`,
    );
    process.exit(1);
  }).catch((error) => {
    const fault = startFault(error);
    if (!fault) throw error;
    process.stderr.write(`${name}: ${fault.text}\n`);
    return process.exit(fault.code);
  });
  const { log } = hosted.runtime;
  void asked.then((signal) =>
    hosted.stop().then(
      () => exit(0, log, signal),
      (error) => exit(1, log, (error as Error).name),
    ),
  );
}

const ledgerCheck = ({ ledger }: Runtime): ReadinessCheck => ({
  name: 'ledger',
  async check() {
    await ledger.connection.db!.admin().ping();
    return null;
  },
});

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78); // EX_CONFIG of sysexits.h
  }
}

function listen(server: Server, port: number, address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is taken. Stop what listens there, or set PORT to another one.`)
          : error,
      ),
    );
    server.listen(port, address, () => resolve(server));
  });
}
