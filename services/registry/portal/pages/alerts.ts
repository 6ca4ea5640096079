import { readMe } from '../../use-cases/register.ts';
import type { AddPages, Page, Visit } from '../kit/types.ts';

const SHOWN = 8;

/** Nobody is left silent by accident: who has no verified alert channel reads what that means, and chooses it. */
export const addAlertPages: AddPages = (kit) => {
  kit.get('/without-alerts', {}, async (visit) => {
    const me = await readMe(visit.context, visit.caller);
    if (me.ok && me.value.canBeNotified) return { to: '/home' };
    return silencePage(visit, { action: '/without-alerts', goKey: 'silence.continue' });
  });
  kit.post('/without-alerts', {}, ({ session }) => {
    session.silenceChosen = true;
    return { to: '/home' };
  });
};

/** The page itself; `action` is where the choice is sent. */
export function silencePage({ context }: Visit, { action, goKey }: { action: string; goKey: string }): Page {
  return { view: 'without-alerts', title: 'silence.title', data: { missed: missedWithout(context), action, goKey } };
}

/** Mandatory notices that reach nobody without a contact: the first few, with their entities. */
export function missedWithout({ catalogue }: Visit['context']) {
  // Notices about the contacts themselves say nothing to who has none, so they do not count.
  const others = catalogue.entities.filter(({ entity }) => entity !== 'notifyme');
  return others
    .flatMap(({ title: entity, types }) =>
      types.filter(({ mandatory }) => mandatory).map(({ title }) => ({ title, entity })),
    )
    .slice(0, SHOWN);
}

/** True when the person is registered, cannot be alerted, and has not said that it shall be so. */
export async function isSilent({ context, caller, session, signedIn }: Visit): Promise<boolean> {
  if (!signedIn || session.silenceChosen) return false;
  const me = await readMe(context, caller);
  return me.ok && !me.value.canBeNotified;
}
