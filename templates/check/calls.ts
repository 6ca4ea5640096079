import { requiredArms } from '../../services/shared/render/intl.ts';
import { deref, type Schema, typesOf } from './schema.ts';
import type { Walk } from './walk.ts';

type Call = hbs.AST.MustacheStatement;
type Rule = { types: string[]; options: Record<string, (value: unknown) => boolean> };

const digits = (value: unknown) => value === 'latn' || value === 'arab';
const yesNo = (value: unknown) => typeof value === 'boolean';
const text = (value: unknown) => typeof value === 'string' && value.trim() !== '';
const zone = (value: unknown) => typeof value === 'string' && isZone(value);
const hijri = (value: unknown) => value === 'hijri' || value === 'gregory';
const count = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 9;

const DAY = { digits, zone, calendar: hijri, weekday: yesNo };
const RULES: Record<string, Rule> = {
  date: { types: ['string'], options: DAY },
  time: { types: ['string'], options: { digits, zone } },
  dateTime: { types: ['string'], options: DAY },
  money: { types: ['number', 'integer', 'string'], options: { digits, style: (value) => value === 'name' } },
  number: { types: ['number', 'integer', 'string'], options: { digits, decimals: count } },
  ltr: { types: ['string', 'number', 'integer'], options: {} },
  link: { types: ['string'], options: { text, button: yesNo } },
};

/** Checks one helper call: the type of its value, its named options, and that no arm is missing. */
export function checkCall(node: Call, schema: Schema | null, walk: Walk): void {
  const name = (node.path as hbs.AST.PathExpression).original;
  const value = String((node.params[0] as hbs.AST.PathExpression | undefined)?.original ?? '');
  if (node.params.length !== 1) {
    walk.report(`${name} takes exactly one value`, `Write {{${name} value}}`);
    return;
  }
  const arms = Object.fromEntries(node.hash?.pairs.map((pair) => [pair.key, literalOf(pair.value)]) ?? []);
  if (name === 'plural') checkPlural(value, arms, schema, walk);
  else if (name === 'choose') checkChoose(value, arms, schema && deref(walk.root, schema), walk);
  else checkOptions(name, value, arms, schema, walk);
}

function checkOptions(
  name: string,
  value: string,
  arms: Record<string, unknown>,
  schema: Schema | null,
  walk: Walk,
): void {
  const rule = RULES[name]!;
  checkType(name, value, rule.types, schema, walk);
  for (const [key, option] of Object.entries(arms)) {
    if (!Object.hasOwn(rule.options, key)) {
      walk.report(`${name} has no option ${key}=`, `Options: ${Object.keys(rule.options).join(', ') || 'none'}`);
    } else if (!rule.options[key]!(option)) {
      walk.report(`${key}=${JSON.stringify(option)} of ${name} is not known`, 'See templates/README.md');
    }
  }
}

function checkPlural(value: string, arms: Record<string, unknown>, schema: Schema | null, walk: Walk): void {
  checkType('plural', value, ['number', 'integer'], schema, walk);
  const required = requiredArms(walk.language);
  const missing = required.filter((arm) => !text(arms[arm]));
  if (missing.length > 0) {
    walk.report(
      `plural of ${value} lacks ${missing.join(', ')}`,
      `CLDR requires ${required.join(', ')} for ${walk.language}`,
    );
  }
  for (const arm of Object.keys(arms)) {
    if (!required.includes(arm) && arm !== 'digits') {
      walk.report(
        `plural of ${value} has an arm ${arm} that is never used`,
        `Arms of ${walk.language}: ${required.join(', ')}`,
      );
    }
  }
}

function checkChoose(value: string, arms: Record<string, unknown>, schema: Schema | null, walk: Walk): void {
  if (!schema) return;
  const values = (schema.enum ?? (typesOf(schema).includes('boolean') ? [true, false] : [])).map(String);
  if (values.length === 0)
    walk.report(`choose needs a closed list, ${value} has no enum`, 'Add the enum to the data schema');
  const missing = values.filter((key) => !text(arms[key]));
  const extra = Object.keys(arms).filter((key) => values.length > 0 && !values.includes(key));
  if (missing.length > 0)
    walk.report(`choose of ${value} lacks ${missing.join(', ')}`, 'Give every value of the enum its words');
  if (extra.length > 0)
    walk.report(`choose of ${value} has unknown ${extra.join(', ')}`, `Values: ${values.join(', ')}`);
}

function checkType(name: string, value: string, types: string[], schema: Schema | null, walk: Walk): void {
  const actual = schema ? typesOf(schema) : [];
  if (actual.some((type) => type !== 'null' && !types.includes(type))) {
    walk.report(`${name} cannot take ${value}, which is ${actual.join(' or ')}`, `It takes ${types.join(' or ')}`);
  }
}

const literalOf = (node: hbs.AST.Expression): unknown =>
  node.type.endsWith('Literal') ? (node as hbs.AST.StringLiteral).value : undefined;

function isZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
