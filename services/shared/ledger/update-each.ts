import type { mongo } from 'mongoose';
import { byId } from './index.ts';

/** What becomes of one document: fields that are set, and what is put behind the elements of its arrays. */
export type Change = { _id: string; set: object; append?: Record<string, unknown[]> };

type Updatable = {
  updateMany(filter: object, pipeline: mongo.Document[]): Promise<{ matchedCount: number }>;
};

/** Never part of a stored document: it holds a document's change between the stages of the update. */
const CHANGE = '_change';

/**
 * Gives each of many documents values of its own, those that match `filter`, in one update. Fields of `set` are the
 * document's own ones, without paths; an element that an array holds already is not appended again. A bulk write of so
 * many updates does the same, but FerretDB plans each of its updates by itself and takes two and a half times as long
 * (docs/performance.md). Returns how many documents matched.
 */
export async function updateEach(collection: Updatable, filter: object, changes: Change[]): Promise<number> {
  if (changes.length === 0) return 0;
  const sorted = byId(changes);
  const ids = sorted.map(({ _id }) => _id);
  const arrays = [...new Set(sorted.flatMap(({ append }) => Object.keys(append ?? {})))];
  const { matchedCount } = await collection.updateMany({ ...filter, _id: { $in: ids } }, [
    // `$literal`, so that no value is taken for an expression.
    {
      $set: {
        [CHANGE]: {
          $arrayElemAt: [
            { $literal: sorted.map(({ set, append = {} }) => ({ set, append })) },
            { $indexOfArray: [{ $literal: ids }, '$_id'] },
          ],
        },
      },
    },
    { $replaceWith: { $mergeObjects: ['$$ROOT', `$${CHANGE}.set`, ...arrays.map(appended)] } },
    { $unset: CHANGE },
  ]);
  return matchedCount;
}

const appended = (field: string) => {
  const [old, more] = [{ $ifNull: [`$${field}`, []] }, { $ifNull: [`$${CHANGE}.append.${field}`, []] }];
  return {
    [field]: { $concatArrays: [old, { $filter: { input: more, cond: { $not: [{ $in: ['$$this', old] }] } } }] },
  };
};
