import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import eventSchema from '../../contracts/schemas/event.schema.json' with { type: 'json' };
import { CONTRACTS, type Node, OPENAPI, operations, walk } from './documents.ts';

const run = promisify(execFile);
const REDOCLY = join(CONTRACTS, '..', 'node_modules', '@redocly', 'cli', 'bin', 'cli.js');
// Whatever would be asked for outside meets a closed port: the linter must not need it.
const OFFLINE = {
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
};

type Report = { totals: { errors: number; warnings: number }; problems: { ruleId: string; message: string }[] };

/** What the linter finds with its recommended rules. */
async function lint(): Promise<Report> {
  const files = [join(CONTRACTS, 'openapi.yaml'), '--config', join(CONTRACTS, 'redocly.yaml'), '--format=json'];
  const options = { env: { ...process.env, ...OFFLINE }, timeout: 60_000 };
  // It leaves with 1 when it finds errors, and has written them then too.
  const { stdout } = await run(process.execPath, [REDOCLY, 'lint', ...files], options).catch((error) => error);
  return JSON.parse(stdout.slice(stdout.indexOf('{'), stdout.lastIndexOf('}') + 1));
}

describe('openapi.yaml', () => {
  it('passes the linter with its recommended rules and without network', async () => {
    expect(await lint()).toMatchObject({ totals: { errors: 0, warnings: 0 }, problems: [] });
  }, 90_000);

  it('refers to nothing but itself and the schemas beside it', () => {
    const refs = [...walk(OPENAPI)].filter(({ place }) => place.endsWith('/$ref')).map(({ value }) => value);
    expect(refs.filter((ref) => !/^(#\/|\.\/schemas\/[a-z-]+\.schema\.json(#\/.+)?$)/.test(String(ref)))).toEqual([]);
  });

  it('has no member that lost its value, as a comma in a YAML line makes it', () => {
    expect([...walk(OPENAPI)].filter(({ value }) => value === null).map(({ place }) => place)).toEqual([]);
  });

  it('takes every attribute of an event as a header in binary mode (CloudEvents HTTP binding, section 3.1.3)', () => {
    const publish = operations().find(({ id }) => id === 'publishEvents')!.node;
    const headers = (publish.parameters as { name: string; schema: { $ref: string } }[])
      .filter(({ name }) => name.startsWith('ce-'))
      .map(({ name, schema }) => [name.slice('ce-'.length), schema.$ref]);
    const attributes = Object.keys(eventSchema.properties).filter(
      (name) => !['data', 'datacontenttype'].includes(name),
    );
    expect(Object.fromEntries(headers)).toEqual(
      Object.fromEntries(attributes.map((name) => [name, `./schemas/event.schema.json#/properties/${name}`])),
    );
  });

  it.each(['NotificationStatus', 'DeliveryStatus'])('has the words of %s as contracts/status.ts has them', (name) => {
    const source = readFileSync(join(CONTRACTS, 'status.ts'), 'utf8');
    const [, union = ''] = new RegExp(`export type ${name} =([^;]+);`).exec(source) ?? [];
    const { schemas } = OPENAPI.components as { schemas: Record<string, Node> };
    expect(schemas[name]?.enum).toEqual([...union.matchAll(/'([a-z_]+)'/g)].map(([, word]) => word));
  });
});
