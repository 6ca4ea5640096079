import type { FeedbackValue } from '../../shared/ledger/types.ts';
import { done, invalid, type Result } from '../result.ts';
import { choiceFault, present, readObject } from './shape.ts';

export const FEEDBACK: FeedbackValue[] = ['useful', 'not_for_me', 'wrong_person'];

/** Reads `{feedback}`. */
export function readFeedback(body: unknown): Result<FeedbackValue> {
  const { shape, faults } = readObject(body, ['feedback']);
  const all = faults.length > 0 ? faults : present(choiceFault(shape, 'feedback', FEEDBACK));
  return all.length > 0 ? invalid(all) : done(shape.feedback as FeedbackValue);
}
