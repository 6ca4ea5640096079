import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { addViewHelpers, VIEW_HELPERS } from './view-helpers.ts';

export type Views = {
  /** One page inside the layout. Throws when the view names something that `data` does not have. */
  render(view: string, data: Record<string, unknown>): string;
  /** One piece alone, as it stands inside of a page. */
  piece(name: string, data: Record<string, unknown>): string;
};

/** Pieces that all pages share: fields of forms, and the summary of what is wrong with them. */
const SHARED_PARTS = join(import.meta.dirname, 'parts');

/**
 * Compiles every view at start: `views/*.hbs` are pages, `views/parts/*.hbs` are pieces (`{{> name}}`). Everything is
 * escaped, and strict: a missing name is an error, never a blank.
 */
export function loadViews(dir: string): Views {
  const bars = Handlebars.create();
  addViewHelpers(bars);
  const options = { strict: true, knownHelpersOnly: true, knownHelpers: VIEW_HELPERS };
  const parts = [...sources(SHARED_PARTS), ...sources(join(dir, 'parts'))];
  const pieces = new Map(parts.map(({ name, source }) => [name, bars.compile(source, options)]));
  for (const [name, piece] of pieces) bars.registerPartial(name, piece);
  const pages = new Map(sources(dir).map(({ name, source }) => [name, bars.compile(source, options)]));
  const layout = pages.get('layout');
  if (!layout) throw new Error('views/layout.hbs is missing');
  return {
    render(view, data) {
      const page = pages.get(view);
      if (!page) throw new Error(`views/${view}.hbs is missing`);
      return layout({ ...data, body: new Handlebars.SafeString(page(data)) });
    },
    piece(name, data) {
      const piece = pieces.get(name);
      if (!piece) throw new Error(`views/parts/${name}.hbs is missing`);
      return piece(data);
    },
  };
}

function sources(dir: string): { name: string; source: string }[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.hbs'))
    .map((file) => ({ name: file.replace(/\.hbs$/, ''), source: readFileSync(join(dir, file), 'utf8') }));
}
