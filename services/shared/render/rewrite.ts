import { TemplateError } from './errors.ts';

export const NEED = '$need';
export const EMIT = '$emit';
/** Helpers that make text from one value. */
export const VALUE_HELPERS = [
  'date',
  'time',
  'dateTime',
  'money',
  'number',
  'plural',
  'choose',
  'ltr',
  'link',
] as const;
/** Helpers that only layouts use: a value without direction marks, and a host that a code is bound to. */
export const LAYOUT_HELPERS = ['plain', 'origin'] as const;
/** Helpers that hold a block. */
export const BLOCK_HELPERS = ['if', 'unless', 'each', 'has'] as const;

type Expression = hbs.AST.Expression;
type Call = hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression;

const VALUE = new Set<string>([...VALUE_HELPERS, ...LAYOUT_HELPERS]);
const BLOCK = new Set<string>(BLOCK_HELPERS);

/**
 * The same template with every value read through `$need` and every mustache written through `$emit`.
 * `{{name}}` becomes `{{$emit name "name"}}`, `{{date due}}` becomes `{{$emit ($date due "due") "due"}}`.
 * Handlebars' own strict mode says nothing inside block helpers and names no variable, so it is not enough.
 * Throws `bad_template` for anything templates/README.md does not allow; partials must be filled in before.
 */
export function rewrite(program: hbs.AST.Program): hbs.AST.Program {
  return { ...program, body: program.body.map(statement) };
}

function statement(node: hbs.AST.Statement): hbs.AST.Statement {
  switch (node.type) {
    case 'ContentStatement':
    case 'CommentStatement':
      return node;
    case 'MustacheStatement':
      return mustache(node as hbs.AST.MustacheStatement);
    case 'BlockStatement':
      return block(node as hbs.AST.BlockStatement);
    default:
      throw refused(node, `${node.type} is not allowed`);
  }
}

function mustache(node: hbs.AST.MustacheStatement): hbs.AST.MustacheStatement {
  if (!node.escaped) throw refused(node, 'raw output ({{{…}}} or {{&…}}) is not allowed');
  const value = isHelper(node.path, VALUE) ? valueCall(node) : plainPath(node);
  return { ...node, path: path(EMIT, node), params: [value, nameOf(node)], hash: noHash(node) };
}

function plainPath(node: hbs.AST.MustacheStatement): Expression {
  if (node.path.type !== 'PathExpression') throw refused(node, 'a literal alone is not allowed');
  if (node.params.length > 0 || node.hash) throw refused(node, `unknown helper ${originalOf(node.path)}`);
  return node.path;
}

function block(node: hbs.AST.BlockStatement): hbs.AST.BlockStatement {
  if (!isHelper(node.path, BLOCK)) throw refused(node, `unknown block ${originalOf(node.path)}`);
  if (node.params.length !== 1 || node.hash) throw refused(node, `${node.path.original} takes one value`);
  const inner = { program: rewriteOf(node.program), inverse: rewriteOf(node.inverse) };
  return { ...node, ...inner, params: blockParams(node) } as hbs.AST.BlockStatement;
}

const rewriteOf = (program: hbs.AST.Program | undefined) => program && rewrite(program);

function blockParams(node: hbs.AST.BlockStatement): Expression[] {
  const [param] = node.params as [Expression];
  if (node.path.original === 'has') return [pathOfLiteral(param)];
  if (node.path.original === 'each') return [needed(param), nameOf(node)];
  return [param.type === 'SubExpression' ? equality(param as hbs.AST.SubExpression) : needed(param)];
}

function equality(node: hbs.AST.SubExpression): Expression {
  if (node.path.original !== 'eq' || node.params.length !== 2) throw refused(node, 'only (eq a b) is allowed here');
  return { ...node, params: node.params.map(needed) } as Expression;
}

function valueCall(node: hbs.AST.MustacheStatement): Expression {
  if (node.params.length !== 1) throw refused(node, `${originalOf(node.path)} takes one value`);
  const params = [needed(node.params[0]!), nameOf(node)];
  return { type: 'SubExpression', path: node.path, params, hash: literalHash(node), loc: node.loc } as Expression;
}

function literalHash(node: Call): hbs.AST.Hash {
  for (const pair of node.hash?.pairs ?? []) {
    if (!pair.value.type.endsWith('Literal')) throw refused(node, `${pair.key}= takes a literal`);
  }
  return node.hash;
}

function needed(param: Expression): Expression {
  if (param.type.endsWith('Literal')) return param;
  if (param.type !== 'PathExpression') throw refused(param, 'a helper inside a helper is not allowed here');
  const params = [param, literal(originalOf(param), param)];
  return { type: 'SubExpression', path: path(NEED, param), params, loc: param.loc } as unknown as Expression;
}

/** The path that `{{#has "owner.note"}}` names. */
export function pathOfLiteral(param: Expression): hbs.AST.PathExpression {
  const name = param.type === 'StringLiteral' ? (param as hbs.AST.StringLiteral).value : '';
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(name)) throw refused(param, '#has takes a name in quotes');
  return { ...path(name, param), parts: name.split('.') };
}

/** Name of the value a mustache or block is about: its own path, or its helper's first argument. */
function nameOf(node: hbs.AST.MustacheStatement | hbs.AST.BlockStatement): Expression {
  return literal(originalOf(node.params[0] ?? node.path), node);
}

const originalOf = (node: hbs.AST.Node): string => String((node as hbs.AST.PathExpression).original ?? node.type);

const isHelper = (node: hbs.AST.Node, names: Set<string>) =>
  node.type === 'PathExpression' && !(node as hbs.AST.PathExpression).data && names.has(originalOf(node));

const path = (name: string, at: hbs.AST.Node): hbs.AST.PathExpression => ({
  type: 'PathExpression',
  data: false,
  depth: 0,
  parts: [name],
  original: name,
  loc: at.loc,
});

const literal = (value: string, at: hbs.AST.Node) =>
  ({ type: 'StringLiteral', value, original: value, loc: at.loc }) as Expression;

const noHash = (at: hbs.AST.Node): hbs.AST.Hash => ({ type: 'Hash', pairs: [], loc: at.loc });

const refused = (node: hbs.AST.Node, what: string) =>
  new TemplateError('bad_template', `line ${node.loc?.start.line ?? '?'}: ${what}`);
