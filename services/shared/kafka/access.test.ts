import { describe, expect, it } from '@jest/globals';
import type { Catalogue } from '../catalogue.ts';
import { accessRules, entityRules } from './access.ts';

const catalogue = { entities: ['harbour', 'school', 'notifyme'].map((entity) => ({ entity })) } as never as Catalogue;
const rules = accessRules('np', catalogue);
const of = (user: string) =>
  rules
    .filter((rule) => rule.user === user)
    .map(({ operation, kind, pattern, name }) => `${operation} ${kind} ${pattern} ${name}`)
    .toSorted();

describe('the access rules of the broker', () => {
  it('let an entity write its own events and hear its own outcomes, and nothing else', () => {
    expect(of('np-entity-harbour')).toEqual([
      'read group prefixed np.entity.harbour.',
      'read topic literal np.outcomes.harbour',
      'write topic literal np.events.harbour',
    ]);
    expect(entityRules('np', 'school').every(({ name }) => name.includes('school'))).toBe(true);
  });

  it('give the platform no user among the entities, so that nobody speaks in its name', () => {
    expect(of('np-entity-notifyme')).toEqual([]);
    const writers = rules.filter(({ name, operation }) => name === 'np.events.notifyme' && operation === 'write');
    expect(writers.map(({ user }) => user).toSorted()).toEqual(['np-console', 'np-registry']);
  });

  it('let events be read by the router alone, and deliveries by the channels alone', () => {
    const readers = (part: string) =>
      new Set(rules.filter(({ name, operation }) => operation === 'read' && name.startsWith(part)).map((r) => r.user));
    expect([...readers('np.events.')]).toEqual(['np-router']);
    expect([...readers('np.deliveries.')]).toEqual(['np-channels']);
  });

  it('let the front door put in, and take nothing out', () => {
    expect(of('np-ingest')).toEqual([
      'describe topic prefixed np.',
      'write topic literal np.events.harbour',
      'write topic literal np.events.school',
      'write topic literal np.receipts',
    ]);
  });

  it('give nothing to whoever has no name in the table, and no name beyond the prefix', () => {
    expect(rules.filter(({ user, name }) => !/^np-/.test(user) || !/^np\./.test(name))).toEqual([]);
    expect(rules.filter(({ pattern, operation }) => pattern === 'prefixed' && operation === 'write')).toEqual([]);
  });
});
