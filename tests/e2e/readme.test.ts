import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callApi } from '../../deploy/local/demo/call.ts';
import { eventually } from '../../deploy/local/demo/eventually.ts';
import { type Platform, startPlatform } from '../../deploy/local/platform.ts';
import { createKeyStore } from '../../services/shared/keys.ts';

const README = join(import.meta.dirname, '..', '..', 'README.md');
/** From the start of the platform to the message, once packages and servers are there (seconds). */
const STOPWATCH = 60;

describe('the first event, as the README says it', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'notifyme-readme-'));
  const startedAt = Date.now();
  let platform: Platform;

  beforeAll(async () => {
    const run = `readme-${Date.now().toString(36)}`;
    platform = await startPlatform({
      kafkaBrokers: process.env.KAFKA_BROKERS!,
      mongodbUri: process.env.MONGODB_URI!,
      stateDir,
      env: { TOPIC_PREFIX: run, MONGODB_DB: run },
    });
  }, 60_000);

  afterAll(async () => {
    await platform?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }, 40_000);

  it('is accepted by curl, and its message stands on the page of test keys within a minute; nobody received it', async () => {
    const { key } = await createKeyStore(platform.host.runtime).createKey({ entity: 'sijilat', kind: 'test' });
    const command = codeBlocks(readFileSync(README, 'utf8')).find((block) => block.startsWith('curl'))!;
    const { stdout } = await promisify(execFile)(
      'sh',
      ['-c', command.replaceAll('http://localhost:8080', platform.host.url)],
      {
        env: { ...process.env, KEY: key },
      },
    );
    expect(stdout).toMatch(/^HTTP\/1\.1 202 /);
    const { id } = JSON.parse(stdout.slice(stdout.indexOf('{')));
    expect(id).toMatch(/^n_[0-9a-f]{32}$/);

    const messages = await eventually('the message of each channel', () => {
      const mine = platform.providers.outbox.tests().filter(({ notificationId }) => notificationId === id);
      return mine.length >= 3 ? mine : null;
    });
    expect(messages.map(({ channel }) => channel).sort()).toEqual(['email', 'push', 'sms']);
    expect(messages.find(({ channel }) => channel === 'sms')!.text).toContain('LR-10482');
    expect((Date.now() - startedAt) / 1000).toBeLessThan(STOPWATCH);
    const page = await (await fetch(`${platform.providers.pagesUrl}/tests`)).text();
    expect(page).toContain(id);
    expect(platform.providers.outbox.counts()).toEqual({ sms: 0, email: 0, push: 0 });

    const story = await eventually('its outcome', async () => {
      const found = await callApi<{ status: string }>(platform.host.url, key, 'GET', `/v1/notifications/${id}`);
      return found.status === 'reached' ? found : null;
    });
    expect(story.status).toBe('reached');
  }, 60_000);
});

const codeBlocks = (markdown: string): string[] =>
  [...markdown.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code]) => code!);
