import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { writePages } from '../../contracts/pages.ts';
import { ASYNCAPI, operations } from './documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'notifyme-pages-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => writePages(folder));

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** Every element of a page. */
function elements(text: string): Tree.Element[] {
  const below = (node: Tree.ParentNode): Tree.Element[] =>
    node.childNodes.flatMap((child) => ('tagName' in child ? [child, ...below(child)] : []));
  return below(parse(text));
}

const attribute = (element: Tree.Element, name: string): string | undefined =>
  element.attrs.find((one) => one.name === name)?.value;

const names = ['openapi.html', 'asyncapi.html'];

describe('the pages of the contracts', () => {
  it('are both written', () => {
    expect(readdirSync(folder).sort()).toEqual([...names].sort());
  });

  it('have a place for every operation', () => {
    const http = operations().map(({ id }) => id);
    const topics = Object.keys(ASYNCAPI.operations as object);
    expect(http.filter((id) => !read('openapi.html').includes(`<article id="${id}"`))).toEqual([]);
    expect(topics.filter((id) => !read('asyncapi.html').includes(`<article id="${id}"`))).toEqual([]);
    expect(http.length).toBeGreaterThan(20);
  });

  it.each(names)('%s asks nothing of anybody and runs no script', (name) => {
    const all = elements(read(name));
    expect(all.filter(({ tagName }) => ['script', 'link', 'img', 'iframe', 'form'].includes(tagName))).toEqual([]);
    expect(all.flatMap(({ attrs }) => attrs).filter((one) => one.name === 'src' || one.name.startsWith('on'))).toEqual(
      [],
    );
    expect(read(name)).not.toMatch(/url\(|@import/);
  });

  it.each(names)('%s says its language and direction, and its links lead to a place that is there once', (name) => {
    const all = elements(read(name));
    const root = all.find(({ tagName }) => tagName === 'html')!;
    expect([attribute(root, 'lang'), attribute(root, 'dir')]).toEqual(['en', 'ltr']);
    const ids = all.flatMap((one) => attribute(one, 'id') ?? []);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    const links = all.flatMap((one) => attribute(one, 'href') ?? []);
    expect(links.filter((href) => !ids.includes(href.slice(1)))).toEqual([]);
  });

  it.each(names)('%s has headings in order, one at the top (WCAG 2.2, 1.3.1)', (name) => {
    const levels = elements(read(name))
      .flatMap(({ tagName }) => /^h([1-6])$/.exec(tagName)?.[1] ?? [])
      .map(Number);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.filter((level, i) => i > 0 && level > levels[i - 1]! + 1)).toEqual([]);
  });

  it.each(names)('%s leaves nothing of the program in the text', (name) => {
    expect(read(name)).not.toMatch(/\bundefined\b|\[object /);
  });
});
