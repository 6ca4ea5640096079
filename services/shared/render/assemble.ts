import Handlebars from 'handlebars';
import { TemplateError } from './errors.ts';

type Program = hbs.AST.Program;
type Content = hbs.AST.ContentStatement;

/** Parses a body. Lines that hold only a block tag leave no empty line behind. */
export const parseBody = (source: string): Program => trimmed(Handlebars.parse(source));

/** Parses a layout. Every line break stays as written. */
export const parseLayout = (source: string): Program => Handlebars.parse(source, { ignoreStandalone: true });

/** The layout with `{{> name}}` replaced by `parts[name]`. Throws `bad_template` for a name that is not there. */
export function fill(layout: Program, parts: Record<string, Program>): Program {
  return { ...layout, body: layout.body.flatMap((node) => filled(node, parts)) };
}

function filled(node: hbs.AST.Statement, parts: Record<string, Program>): hbs.AST.Statement[] {
  if (node.type === 'BlockStatement') {
    const block = node as hbs.AST.BlockStatement;
    const inverse = block.inverse && fill(block.inverse, parts);
    return [{ ...block, program: fill(block.program, parts), inverse } as hbs.AST.Statement];
  }
  if (node.type !== 'PartialStatement') return [node];
  const name = (node as hbs.AST.PartialStatement).name as hbs.AST.PathExpression;
  const part = parts[name.original];
  if (!part) throw new TemplateError('bad_template', `the layout asks for {{> ${name.original}}}, which is not there`);
  return part.body;
}

/** The first line of a text, as a program of its own: the preview line of the email. */
export function firstLine(program: Program): Program {
  const body: hbs.AST.Statement[] = [];
  for (const node of program.body) {
    const cut = node.type === 'ContentStatement' ? (node as Content).value.indexOf('\n') : -1;
    if (cut === -1) body.push(node);
    else return { ...program, body: [...body, withValue(node as Content, (node as Content).value.slice(0, cut))] };
  }
  return { ...program, body };
}

/** Replaces a mustache such as `{{@dir}}` by its constant text, where `constants` has one. */
export function fixConstants(program: Program, constants: Record<string, string>): Program {
  return mapStatements(program, (node) => {
    if (node.type !== 'MustacheStatement') return node;
    const { path } = node as hbs.AST.MustacheStatement;
    const value = constants[(path as hbs.AST.PathExpression).original];
    return value === undefined ? node : content(value, node);
  });
}

/** Applies `change` to every statement, inside blocks too. */
export function mapStatements(program: Program, change: (node: hbs.AST.Statement) => hbs.AST.Statement): Program {
  const body = program.body.map((node) => {
    if (node.type !== 'BlockStatement') return change(node);
    const block = node as hbs.AST.BlockStatement;
    const inverse = block.inverse && mapStatements(block.inverse, change);
    return { ...block, program: mapStatements(block.program, change), inverse } as hbs.AST.Statement;
  });
  return { ...program, body };
}

function trimmed(program: Program): Program {
  const body = [...program.body];
  trimEnd(body, 0, (text) => text.trimStart());
  trimEnd(body, body.length - 1, (text) => text.trimEnd());
  return { ...program, body };
}

function trimEnd(body: hbs.AST.Statement[], index: number, trim: (text: string) => string): void {
  const node = body[index];
  if (node?.type === 'ContentStatement') body[index] = withValue(node as Content, trim((node as Content).value));
}

const withValue = (node: Content, value: string): hbs.AST.Statement => ({ ...node, value }) as hbs.AST.Statement;

const content = (value: string, at: hbs.AST.Node) =>
  ({ type: 'ContentStatement', value, original: value, loc: at.loc }) as unknown as hbs.AST.Statement;
