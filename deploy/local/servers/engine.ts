import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Whether a Docker engine answers, in at most `deadline` milliseconds. Looks where testcontainers looks: DOCKER_HOST,
 * the system's socket, the sockets of a rootless engine and of Docker Desktop. Never throws.
 */
export async function engineAnswers(env: NodeJS.ProcessEnv, deadline = 1_500): Promise<boolean> {
  if (env.DOCKER_HOST) return answersAt(env.DOCKER_HOST, deadline);
  const sockets = socketPaths(env).filter((path) => existsSync(path));
  const answers = await Promise.all(sockets.map((path) => answersPing(path, deadline)));
  return answers.includes(true);
}

function socketPaths(env: NodeJS.ProcessEnv): string[] {
  const home = env.HOME || homedir();
  return [
    '/var/run/docker.sock',
    ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'docker.sock')] : []),
    join(home, '.docker', 'run', 'docker.sock'),
    join(home, '.docker', 'desktop', 'docker.sock'),
    `/run/user/${process.getuid?.() ?? 0}/docker.sock`,
  ];
}

function answersAt(dockerHost: string, deadline: number): Promise<boolean> {
  if (!URL.canParse(dockerHost)) return Promise.resolve(false);
  const url = new URL(dockerHost);
  if (url.protocol === 'unix:') return answersPing(url.pathname, deadline);
  return answersTcp(url.hostname, Number(url.port || 2375), deadline);
}

/** GET /_ping of the Engine API answers "OK". */
function answersPing(socketPath: string, deadline: number): Promise<boolean> {
  return new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', signal: AbortSignal.timeout(deadline) }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on('error', () => resolve(false));
    ping.end();
  });
}

/** A TCP engine may want TLS, which testcontainers sees to: here it is enough that somebody listens. */
function answersTcp(host: string, port: number, deadline: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const answer = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.setTimeout(deadline, () => answer(false));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
