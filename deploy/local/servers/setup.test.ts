import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SetupError, startMoto, startServers } from './index.ts';
import { findProgram } from './processes.ts';

/** Machines that lack something, by a PATH that holds only what the test puts there. */
describe('a machine on which something is missing', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'setup-test-'));
    env = { PATH: folder, HOME: folder, NOTIFYME_CACHE: join(folder, 'cache'), NOTIFYME_SERVERS: 'local' };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const program = (name: string, script: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const failure = async (act: () => Promise<unknown>): Promise<SetupError> => {
    const error = await act().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SetupError);
    return error as SetupError;
  };
  const kafkaFails = () => failure(() => startServers({ env, progress: () => {}, need: { mongodb: false } }));
  const mongodbFails = () => failure(() => startServers({ env, progress: () => {}, need: { kafka: false } }));

  it('says in one sentence that there is no Java, then the three ways on', async () => {
    const error = await kafkaFails();
    expect(error.code).toBe('JAVA_MISSING');
    const [sentence, ...ways] = error.message.split('\n');
    expect(sentence).toBe('Kafka needs Java 17 or newer, and no java was found.');
    expect(ways.join('\n')).toMatch(/KAFKA_BROKERS[\s\S]*Docker engine[\s\S]*install/);
  });

  it('says that Java is too old', async () => {
    program('java', 'echo \'openjdk version "11.0.2" 2019-01-15\' >&2');
    const error = await kafkaFails();
    expect(error.code).toBe('JAVA_MISSING');
    expect(error.message).toContain('Java 11');
  });

  it('says that there is no Maven', async () => {
    program('java', 'echo \'openjdk version "17.0.15" 2025-04-15\' >&2');
    expect((await kafkaFails()).code).toBe('MAVEN_MISSING');
  });

  it('says that Kafka could not be fetched, with what Maven said, and leaves no half of it', async () => {
    program('java', 'echo \'openjdk version "21.0.1" 2023-10-17\' >&2');
    program('mvn', 'echo unknown host; exit 1');
    const error = await kafkaFails();
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED', retryable: true });
    expect(error.message).toContain('unknown host');
    expect(readdirSync(join(folder, 'cache'))).toEqual(['kafka-4.4.0.log']);
  });

  it('says that the database cannot be set up by this user or on this system', async () => {
    const error = await mongodbFails();
    expect(['ROOT_NEEDED', 'LINUX_NEEDED']).toContain(error.code);
    expect(error.message).toMatch(/MONGODB_URI[\s\S]*Docker engine[\s\S]*install/);
  });

  it('says that there is no Python for moto', async () => {
    const error = await failure(() => startMoto({ env, progress: () => {} }));
    expect(error.code).toBe('PYTHON_MISSING');
  });

  it('finds a program in the folders that are looked at besides the PATH, and no folder of that name', () => {
    symlinkSync('/bin/sh', join(folder, 'go'));
    expect(findProgram('go', { PATH: '/nowhere' }, [folder])).toBe(join(folder, 'go'));
    expect(existsSync('/bin')).toBe(true);
    expect(findProgram('bin', { PATH: '/' })).toBeUndefined();
  });
});
