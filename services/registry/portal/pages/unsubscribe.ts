import { isAllMandatory } from '../../use-cases/mandatory.ts';
import { readUnsubscribe, type UnsubscribeView, unsubscribe } from '../../use-cases/unsubscribe.ts';
import { orStop } from '../kit/refusals.ts';
import type { AddPages, Page, Visit } from '../kit/types.ts';

/** The link of an email: looking changes nothing, for mail scanners follow every link (RFC 8058, section 3.1). */
export const addUnsubscribePages: AddPages = (kit) => {
  kit.form(
    '/unsubscribe/:token',
    { open: true },
    {
      show: (visit) => asked(visit, orStop(readUnsubscribe(visit.context, visit.params.token ?? ''))),
      async act({ context, params }) {
        const view = orStop(await unsubscribe(context, params.token ?? ''));
        return { view: 'unsubscribed', title: 'unsubscribed.title', data: dataOf(view) };
      },
    },
  );
};

function asked({ context, path }: Visit, view: UnsubscribeView): Page {
  const mandatory = isAllMandatory(context.catalogue, view);
  return {
    view: mandatory ? 'unsubscribe-mandatory' : 'unsubscribe',
    title: mandatory ? 'unsubscribe.mandatoryTitle' : 'unsubscribe.title',
    data: { ...dataOf(view), path },
  };
}

const dataOf = ({ entityTitle, categoryTitle, stillArrives }: UnsubscribeView) => ({
  entityTitle,
  categoryTitle,
  stillArrives: stillArrives.flatMap(({ titles }) => titles),
});
