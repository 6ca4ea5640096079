import type { Ledger } from '../../../services/shared/ledger/index.ts';

type Command = Record<string, unknown>;
/** A look-up as it was asked: the collection, its conditions and order. */
export type Question = { collection: string; filter: object; sort?: Sort; limit?: number };
type Sort = Record<string, unknown> | Map<string, unknown>;
export type Plan = { indexes: string[]; faults: string[] };

const READING = ['find', 'count', 'distinct', 'aggregate', 'update', 'delete', 'findAndModify'];

/** Writes down every look-up that the ledger's driver sends while `work` runs. The ledger needs `monitorCommands`. */
export async function questionsOf({ connection }: Ledger, work: () => Promise<unknown>): Promise<Question[]> {
  const questions: Question[] = [];
  const hear = ({ commandName, command }: { commandName: string; command: Command }) => {
    if (READING.includes(commandName)) questions.push(...asked(commandName, command));
  };
  const client = connection.getClient();
  client.on('commandStarted', hear as never);
  try {
    await work();
  } finally {
    client.off('commandStarted', hear as never);
  }
  return questions;
}

/** A change looks for what it changes by its filter, as a find does. */
function asked(name: string, command: Command): Question[] {
  const collection = String(command[name]);
  const { sort, limit } = command as { sort?: Sort; limit?: number };
  const changes = [command.updates, command.deletes].flatMap((some) => (some ?? []) as { q: object }[]);
  const matched = ((command.pipeline ?? []) as { $match?: object }[]).flatMap(({ $match }) => $match ?? []);
  const one = (command.filter ?? command.query ?? matched[0] ?? {}) as object;
  const filters = changes.length > 0 ? changes.map(({ q }) => q) : [one];
  return filters.map((filter) => ({ collection, filter, ...(sort && { sort }), ...(limit && { limit }) }));
}

/**
 * How the server would answer: which indexes it takes, and what is wrong with that: a scan of the whole collection
 * (`COLLSCAN` of MongoDB, `Seq Scan` of a PostgreSQL-backed server), or of a whole index without a bound.
 */
export async function planOf({ connection }: Ledger, question: Question): Promise<Plan> {
  const { collection, filter, sort, limit } = question;
  const find = { find: collection, filter, ...(sort && { sort }), ...(limit && { limit: Math.abs(limit) }) };
  const answer = await connection.db!.command({ explain: find, verbosity: 'queryPlanner' });
  const nodes = [...nodesOf(answer)];
  // MongoDB names the index in a stage, PostgreSQL in a node; what stands elsewhere was only weighed.
  const indexes = nodes.flatMap((node) => ((node.stage && node.indexName) ?? node['Index Name'] ?? []) as string[]);
  const faults = isEndOfIndex(question) ? [] : nodes.flatMap(faultOf);
  return {
    indexes: [...new Set(indexes)],
    faults: indexes.length > 0 || faults.length > 0 ? faults : ['takes no index'],
  };
}

/** The first or last document in the order of `_id`: the server steps to one end of that index. */
const isEndOfIndex = ({ filter, sort, limit }: Question): boolean =>
  Object.keys(filter).length === 0 && Math.abs(limit ?? 0) === 1 && namesOf(sort).join() === '_id';

/** PostgreSQL reads a whole collection by its primary key too, whose first part is the same for all documents. */
const WHOLE = /^\(?shard_key_value = '\d+'::bigint\)?$/;

function faultOf(node: Record<string, unknown>): string[] {
  const type = String(node['Node Type'] ?? '');
  const bound = node['Index Cond'];
  if (node.stage === 'COLLSCAN' || type === 'Seq Scan') return ['reads the whole collection'];
  if (!/Index (Only )?Scan/.test(type)) return [];
  return bound === undefined || WHOLE.test(String(bound)) ? ['reads the whole collection'] : [];
}

const namesOf = (sort: Sort | undefined): string[] =>
  sort instanceof Map ? [...sort.keys()] : Object.keys(sort ?? {});

function* nodesOf(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) for (const one of value) yield* nodesOf(one);
  else if (typeof value === 'object' && value !== null) {
    yield value as Record<string, unknown>;
    for (const one of Object.values(value)) yield* nodesOf(one);
  }
}

/** One look-up in words, with every value left out: the same question of two people reads the same. */
export const shapeOf = ({ collection, filter, sort }: Question): string =>
  `${collection} by ${keysOf(filter)}${sort ? ` in order of ${namesOf(sort).join(', ')}` : ''}`;

function keysOf(filter: object): string {
  return Object.entries(filter)
    .flatMap(([key, value]) => (key.startsWith('$') ? (value as object[]).map((one) => `(${keysOf(one)})`) : [key]))
    .join(', ');
}
