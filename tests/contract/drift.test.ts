import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Router } from 'express';
import { REASONS, type Reason } from '../../contracts/status.ts';
import { publicKeysRouter } from '../../services/console/evidence/public-keys.ts';
import { createOpenData } from '../../services/console/public/open-data.ts';
import { createIngestApi } from '../../services/ingest/api.ts';
import { createCallbacksApi } from '../../services/ingest/callbacks/index.ts';
import { createRegistryApi } from '../../services/registry/api.ts';
import { createHealth } from '../../services/shared/http/health.ts';
import { createProblemPages } from '../../services/shared/http/problem-pages.ts';
import { PROBLEMS, type ProblemCode } from '../../services/shared/problems/index.ts';
import { problemTable } from '../../services/shared/problems/write.ts';
import { createWebhooksApi } from '../../services/webhooks/api.ts';
import { operations, problemAnswers, SERVICES } from './documents.ts';

/** A whole notice, a channel that was not chosen, or one delivery. */
const SPOKEN_OF = ['notification', 'channel', 'delivery'];

type Layer = { route?: { path: string; methods: Record<string, boolean> }; handle: { stack?: Layer[] } };

/** The routes of a router and of the routers in it, as `GET /v1/me`; `{id}` for `:id`. */
const routesOf = (router: { stack?: unknown }, mount = ''): string[] =>
  (router.stack as Layer[]).flatMap(({ route, handle }) => {
    if (!route) return handle.stack ? routesOf(handle, mount) : [];
    const path = mount + route.path.replace(/:(\w+)/g, '{$1}');
    return Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${path}`);
  });

/** What the services answer to; nothing of it runs, so the parts they are given may be empty. */
function servedRoutes(): string[] {
  const nothing = {} as never;
  const mounted: [Router, string][] = [
    [createIngestApi(nothing), ''],
    [createCallbacksApi({ firehoseKeys: [], topicArns: [] } as never), ''],
    [createRegistryApi({ context: nothing, authenticate: nothing }), '/v1'],
    [createWebhooksApi({ ledger: nothing } as never), ''],
    [createHealth({ checks: [], metrics: nothing }), ''],
    [createProblemPages(), ''],
    [createOpenData(nothing), ''],
    [publicKeysRouter({ keys: [] } as never), '/.well-known'],
  ];
  return mounted.flatMap(([router, mount]) => routesOf(router as never, mount));
}

/** Where a problem is made past the table, with texts of its own. */
function problemsPastTheTable(): string[] {
  const files = readdirSync(SERVICES, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  const odd = files.filter((file) => /new Problem\(/.test(readFileSync(join(SERVICES, file), 'utf8')));
  return odd.filter((file) => file !== join('shared', 'http', 'problem.ts'));
}

describe('routes', () => {
  it('of the services and of openapi.yaml are the same', () => {
    const described = operations().map(({ route }) => route);
    expect(described.sort()).toEqual(servedRoutes().sort());
  });
});

describe('problem codes', () => {
  const answers = problemAnswers();
  const described = new Set(answers.flatMap(({ codes, faults }) => [...codes, ...faults]));

  it('are all of the one table', () => {
    expect(problemsPastTheTable()).toEqual([]);
  });

  it('of the table all stand in openapi.yaml, and no other', () => {
    expect([...described].sort()).toEqual(Object.keys(PROBLEMS).sort());
  });

  it('stand under the status that the table gives them', () => {
    const astray = answers.flatMap(({ route, status, codes }) =>
      codes
        .map((code) => ({ route, code, status, told: PROBLEMS[code as ProblemCode]?.status }))
        // One wrong type among the faults makes a 400 of the register's 422.
        .filter(({ code, told }) => told !== status && !(code === 'invalid_request' && status === 400)),
    );
    expect(astray).toEqual([]);
  });

  it('of an operation are told under one status each, but for the 400 of a wrong type', () => {
    const places = answers.flatMap(({ route, codes }) => codes.map((code) => `${route} ${code}`));
    const repeated = places.filter((place, i) => places.indexOf(place) !== i && !place.endsWith(' invalid_request'));
    expect(repeated).toEqual([]);
  });

  it('all stand in docs/problems.md as in the table', () => {
    const page = readFileSync(join(SERVICES, '..', 'docs', 'problems.md'), 'utf8');
    expect(page).toBe(problemTable());
    const told = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
    expect(told).toEqual(Object.keys(PROBLEMS));
  });
});

describe('reasons', () => {
  const each = Object.entries(REASONS) as [Reason, (typeof REASONS)[Reason]][];

  it.each(each)('%s is told in both languages, Arabic in Arabic letters', (_code, { en, ar }) => {
    expect(en).toMatch(/^[A-Z][\x20-\x7e]+\.$/);
    expect(ar).toMatch(/^\p{Script=Arabic}/u);
    expect(ar).not.toMatch(/[a-z]{4,}/i);
  });

  it('say of what they can be said', () => {
    const odd = each.filter(([, { of }]) => of.length === 0 || of.some((word) => !SPOKEN_OF.includes(word)));
    expect(odd).toEqual([]);
  });
});
