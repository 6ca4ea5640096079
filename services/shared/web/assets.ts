import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';

export type Assets = {
  /** The address of a file, with a hash of its content, so that browsers keep it for ever. */
  href(file: string): string;
  handler: RequestHandler;
};

/** Files that all pages share: the stylesheet of the family. */
export const SHARED_ASSETS = join(import.meta.dirname, 'assets');

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** Reads the files of the folders at start and serves them under `<base>/assets/<hash>/<file>`, compressed. */
export function loadAssets(dirs: string[], base = ''): Assets {
  const places = dirs.flatMap((dir) => readdirSync(dir).map((file) => ({ file, path: join(dir, file) })));
  const files = new Map(
    places.map(({ file, path }) => {
      const content = readFileSync(path);
      const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
      return [
        file,
        { path: `/assets/${hash}/${file}`, content, zipped: gzipSync(content), type: TYPES[extname(file)] },
      ];
    }),
  );
  const byPath = new Map([...files.values()].map((file) => [file.path, file]));
  return {
    href(file) {
      const found = files.get(file);
      if (!found) throw new Error(`assets/${file} is missing`);
      return `${base}${found.path}`;
    },
    handler(req, res, next) {
      const found = byPath.get(req.path);
      if (!found || (req.method !== 'GET' && req.method !== 'HEAD')) return next();
      const zip = /\bgzip\b/.test(String(req.headers['accept-encoding']));
      res.set({ 'Cache-Control': 'public, max-age=31536000, immutable', Vary: 'Accept-Encoding' });
      res.set('Content-Type', found.type ?? 'application/octet-stream');
      if (zip) res.set('Content-Encoding', 'gzip');
      res.send(zip ? found.zipped : found.content);
    },
  };
}
