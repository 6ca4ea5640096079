import type { Language } from '../../contracts/status.ts';
import { BLOCK_HELPERS, pathOfLiteral, VALUE_HELPERS } from '../../services/shared/render/rewrite.ts';
import { checkCall } from './calls.ts';
import type { Report } from './fault.ts';
import { deref, lookUp, type Schema, typesOf } from './schema.ts';
import type { Walk } from './walk.ts';

type Statement = hbs.AST.Statement;
type Node = hbs.AST.Node;
type Path = hbs.AST.PathExpression;

/** What is known at a place in a template: the schema of `this` at each level, and values that a #has made sure of. */
type Scope = { schema: Schema; prefix: string; sure: ReadonlySet<string>; loop: boolean; outer: Scope | null };

const AT = new Set(['entity', 'title', 'reference', 'portal', 'host']);
const AT_LOOP = new Set(['index', 'first', 'last']);

/** Walks one part, reports every value the data schema does not promise, and returns the paths that are used. */
export function checkVariables(
  program: hbs.AST.Program,
  root: Schema,
  language: Language,
  report: Report,
): Set<string> {
  const walk: Walk = { root, language, report, used: new Set() };
  visit(program, { schema: root, prefix: '', sure: new Set(), loop: false, outer: null }, walk);
  return walk.used;
}

function visit(program: hbs.AST.Program | undefined, scope: Scope, walk: Walk): void {
  for (const node of program?.body ?? []) visitStatement(node, scope, walk);
}

function visitStatement(node: Statement, scope: Scope, walk: Walk): void {
  if (node.type === 'MustacheStatement') visitMustache(node as hbs.AST.MustacheStatement, scope, walk);
  if (node.type === 'BlockStatement') visitBlock(node as hbs.AST.BlockStatement, scope, walk);
  if (node.type.includes('Partial')) walk.report('partials are not allowed', 'Write the words out');
}

function visitMustache(node: hbs.AST.MustacheStatement, scope: Scope, walk: Walk): void {
  if (!node.escaped) walk.report('raw output ({{{…}}} or {{&…}})', 'Write {{…}}: values are escaped for each output');
  const name = originalOf(node.path);
  if (!isOneOf(node.path, VALUE_HELPERS)) {
    if (node.params.length > 0 || node.hash) {
      walk.report(`unknown helper ${name}`, `Use one of ${VALUE_HELPERS.join(', ')}`);
      return;
    }
    const schema = visitPath(node.path, scope, walk);
    if (schema && typesOf(schema).some((type) => type === 'array' || type === 'object')) {
      walk.report(`${name} is a list or an object`, 'Use {{#each}}, or name one of its values');
    }
    return;
  }
  const schema = node.params[0] && visitPath(node.params[0], scope, walk);
  checkCall(node, schema ?? null, walk);
}

function visitBlock(node: hbs.AST.BlockStatement, scope: Scope, walk: Walk): void {
  const [param] = node.params;
  if (!isOneOf(node.path, BLOCK_HELPERS) || !param) {
    walk.report(
      `unknown block ${originalOf(node.path)}`,
      `Use one of ${BLOCK_HELPERS.map((name) => `#${name}`).join(', ')}`,
    );
    return;
  }
  if (node.path.original === 'has') visit(node.program, sureScope(param, scope, walk), walk);
  else if (node.path.original === 'each') visit(node.program, itemScope(param, scope, walk), walk);
  else {
    const values = param.type === 'SubExpression' ? (param as hbs.AST.SubExpression).params : [param];
    for (const value of values) visitPath(value, scope, walk);
    visit(node.program, scope, walk);
  }
  visit(node.inverse, scope, walk);
}

function sureScope(param: Node, scope: Scope, walk: Walk): Scope {
  const path = namedBy(param, walk);
  if (!path) return scope;
  const found = lookUp(walk.root, scope.schema, path.parts);
  if (found.kind === 'unknown') reportUnknown(path.original, found.known, walk);
  const sure = path.parts.map((_, index) => path.parts.slice(0, index + 1).join('.'));
  return { ...scope, sure: new Set([...scope.sure, ...sure]) };
}

function namedBy(param: Node, walk: Walk): Path | null {
  try {
    return pathOfLiteral(param);
  } catch {
    walk.report('#has needs a name in quotes', 'Write {{#has "note"}}');
    return null;
  }
}

function itemScope(param: Node, scope: Scope, walk: Walk): Scope {
  const list = visitPath(param, scope, walk);
  if (list && !typesOf(list).includes('array')) {
    walk.report(`${originalOf(param)} is not a list in the data schema`, 'Give #each a list');
  }
  const prefix = `${scope.prefix}${originalOf(param)}[].`;
  return { schema: deref(walk.root, list?.items ?? {}), prefix, sure: new Set(), loop: true, outer: scope };
}

/** Schema of the value a path names; null when it is no path or was reported. */
function visitPath(node: Node, scope: Scope, walk: Walk): Schema | null {
  if (node.type !== 'PathExpression') return null;
  const path = node as Path;
  if (path.data) {
    const name = path.parts.join('.');
    if (!AT.has(name) && !(scope.loop && AT_LOOP.has(name))) {
      walk.report(`unknown variable @${name}`, `Use one of ${[...AT].map((at) => `@${at}`).join(', ')}`);
    }
    return null;
  }
  let at: Scope = scope;
  for (let depth = path.depth; depth > 0 && at.outer; depth -= 1) at = at.outer;
  const found = lookUp(walk.root, at.schema, path.parts);
  if (found.kind === 'unknown') {
    reportUnknown(path.original, found.known, walk);
    return null;
  }
  if (found.optional !== null && !at.sure.has(found.optional)) {
    walk.report(
      `${path.original} may be missing (${found.optional} is not required)`,
      `Put it inside {{#has "${found.optional}"}}`,
    );
  }
  walk.used.add(`${at.prefix}${path.parts.join('.') || 'this'}`);
  return found.schema;
}

function reportUnknown(name: string, known: string[], walk: Walk): void {
  walk.report(`${name} is not in the data schema`, `Known there: ${known.join(', ') || 'nothing'}`);
}

const originalOf = (node: Node): string => String((node as Path).original ?? node.type);

const isOneOf = (node: Node, names: readonly string[]) =>
  node.type === 'PathExpression' && !(node as Path).data && names.includes(originalOf(node));
