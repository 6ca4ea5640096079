import { textField } from '../../../shared/web/fields.ts';
import { checkReference, type Ours } from '../../use-cases/check-reference.ts';
import type { AddPages, FieldError, FormState, Page, Reply, Visit } from '../kit/types.ts';

/** "Did you send me this?": anybody may ask by the reference in a message; nothing is said about the person. */
export const addCheckPages: AddPages = (kit) => {
  kit.form('/check', { open: true }, { show: (_visit, state) => page(state, null), act: check });
};

function page(state: FormState, ours: Ours[] | null): Page {
  return {
    view: 'check',
    title: 'check.title',
    data: {
      isForm: true,
      asked: ours !== null,
      ours: ours ?? [],
      referenceField: textField(state, {
        name: 'reference',
        label: 'check.reference',
        hint: 'check.hint',
        dir: 'ltr',
        narrow: true,
      }),
    },
  };
}

async function check({ context, fields, list, req }: Visit): Promise<Reply | { errors: FieldError[] }> {
  const typed = fields.reference ?? '';
  if (typed.trim() === '') return { errors: [{ field: 'reference', key: 'check.missing' }] };
  const found = await checkReference(context, typed, req.ip ?? 'unknown');
  if (!found.ok)
    return {
      errors: [{ field: 'reference', key: found.code === 'too_many_requests' ? 'check.limited' : 'check.wrong' }],
    };
  return page({ fields, list, typed: true, errors: [] }, found.value);
}
