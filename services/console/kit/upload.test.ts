import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express, { type ErrorRequestHandler } from 'express';
import { readUploads } from './upload.ts';

const failed: ErrorRequestHandler = ({ status }, _req, res, _next) => void res.status(status).end();
const app = express()
  .use(readUploads('1kb'))
  .post('/', (req, res) => void res.json(req.body ?? null))
  .use(failed);

describe('a form with a file', () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const post = (body: string | FormData | URLSearchParams, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { method: 'POST', body, headers });
  const withFile = (
    content: string | Uint8Array<ArrayBuffer>,
    name = 'package.json',
    fields: Record<string, string> = {},
  ) => {
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.append(field, value);
    form.append('package', new Blob([content]), name);
    return post(form);
  };

  it('gives its fields and the text of its file, without the mark of a text editor', async () => {
    const answer = await withFile('\uFEFF{"title":"رخصة"}', 'package.json', { because: 'agreed' });
    expect(await answer.json()).toEqual({ because: ['agreed'], package: ['{"title":"رخصة"}'] });
  });

  it('gives nothing for a file that was not chosen, and nothing of use for one that holds no text', async () => {
    const lines = ['--x', 'Content-Disposition: form-data; name="package"; filename=""', '', '', '--x--', ''];
    const empty = await post(lines.join('\r\n'), { 'content-type': 'multipart/form-data; boundary=x' });
    expect(await empty.json()).toEqual({ package: [''] });
    expect(await (await withFile(new Uint8Array([0x89, 0xff, 0xfe]))).json()).toEqual({ package: ['\uFFFD'] });
  });

  it('is refused when it is larger than the limit, or no form at all', async () => {
    expect((await withFile('a'.repeat(2_000))).status).toBe(413);
    expect((await post('nothing', { 'content-type': 'multipart/form-data; boundary=x' })).status).toBe(400);
    expect((await post('nothing', { 'content-type': 'multipart/form-data' })).status).toBe(400);
  });

  it('leaves other bodies to other readers', async () => {
    expect(await (await post(new URLSearchParams({ a: '1' }))).json()).toBeNull();
  });
});
