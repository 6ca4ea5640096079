import Handlebars from 'handlebars';
import { cleanValue } from './clean.ts';
import { TemplateError } from './errors.ts';
import { type Frame, type Options, printable, valueHelpers } from './helpers.ts';
import { refuseForeignLinks } from './links.ts';
import { isPiece, write } from './output.ts';
import { EMIT, NEED, rewrite } from './rewrite.ts';

/** A compiled part: `context` is the event's data, `at` the `@` variables. */
export type Part = (context: unknown, at: Record<string, unknown>) => string;

type Block = Options & { fn: (context: unknown, more?: object) => string; inverse: (context: unknown) => string };
type Each = Block & { data: Record<string, unknown> };

/**
 * Compiles a parsed template for one output and language. Every mustache ends in one place, `emit`, which cleans,
 * isolates and escapes; every value read goes through `need`, which refuses missing and null ones, also in blocks.
 */
export function compilePart(program: hbs.AST.Program, frame: Frame): Part {
  const handlebars = Handlebars.create();
  for (const name of Object.keys(handlebars.helpers)) handlebars.unregisterHelper(name);
  const rewritten = rewrite(program);
  // Handlebars wraps all that it has for every message, so it has only what this part names.
  const helpers = namedIn(rewritten, { ...blockHelpers(), ...tailHelpers(frame) });
  handlebars.registerHelper(helpers as Handlebars.HelperDeclareSpec);
  const template = handlebars.compile(rewritten, {
    // Values are escaped by `emit`, which knows the output; nothing reaches the text without it.
    noEscape: true,
    knownHelpers: Object.fromEntries(Object.keys(helpers).map((name) => [name, true])) as never,
    knownHelpersOnly: true,
  });
  const guarded = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };
  return (context, at) => template(context, { data: at, ...guarded });
}

function namedIn(program: hbs.AST.Program, helpers: Record<string, unknown>): Record<string, unknown> {
  const names = new Set<string>();
  const visitor = new Handlebars.Visitor();
  visitor.PathExpression = ({ original }) => void names.add(original);
  visitor.accept(program);
  return Object.fromEntries(Object.entries(helpers).filter(([name]) => names.has(name)));
}

function tailHelpers(frame: Frame): Record<string, unknown> {
  const wrapped = Object.entries(valueHelpers(frame)).map(([name, helper]) => [
    name,
    // The rewriter adds the value's name as the second argument.
    (value: unknown, variable: string, options: Options) => helper(value, variable, options),
  ]);
  return {
    ...Object.fromEntries(wrapped),
    eq: (left: unknown, right: unknown) => left === right,
    [NEED]: (value: unknown, variable: string) => need(value, variable),
    [EMIT]: (value: unknown, variable: string, options: Options) => emit(value, variable, frame, options),
  };
}

function need(value: unknown, variable: string): unknown {
  if (value === undefined || value === null) {
    throw new TemplateError('missing_variable', `${variable} is missing`, variable);
  }
  return value;
}

function emit(value: unknown, variable: string, frame: Frame, options: Options): string {
  if (isPiece(value)) {
    if (frame.output === 'html' && value.html !== undefined) return value.html;
    return write(cleanValue(value.text), value.isolate, frame.output, frame.language);
  }
  const there = need(value, variable);
  const text = printable(typeof there === 'string' ? cleanValue(there) : there, variable);
  refuseForeignLinks(text, options.data.hosts, variable);
  return write(text, 'auto', frame.output, frame.language);
}

function blockHelpers(): Record<string, unknown> {
  return {
    if(this: unknown, value: unknown, options: Block) {
      return isYes(value) ? options.fn(this) : options.inverse(this);
    },
    unless(this: unknown, value: unknown, options: Block) {
      return isYes(value) ? options.inverse(this) : options.fn(this);
    },
    has(this: unknown, value: unknown, options: Block) {
      const there = value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '');
      return there ? options.fn(this) : options.inverse(this);
    },
    each(this: unknown, list: unknown, variable: string, options: Each) {
      return eachItem(this, list, variable, options);
    },
  };
}

/** 0 is a value like any other; only false, an empty text and an empty list are "no". */
const isYes = (value: unknown) => !(value === false || value === '' || (Array.isArray(value) && value.length === 0));

function eachItem(context: unknown, list: unknown, variable: string, options: Each): string {
  if (!Array.isArray(list)) throw new TemplateError('bad_value', `${variable} is not a list`, variable);
  if (list.length === 0) return options.inverse(context);
  const last = list.length - 1;
  let out = '';
  for (let index = 0; index <= last; index += 1) {
    const data = Handlebars.createFrame(options.data);
    Object.assign(data, { index, first: index === 0, last: index === last });
    out += options.fn(need(list[index], `${variable}.${index}`), { data });
  }
  return out;
}
