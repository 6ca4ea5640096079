import { listControls, type Standing } from '../controls/index.ts';
import { ageWords, countWords, scopeWords } from '../controls/words.ts';
import type { Banner, PageKit, Visit } from '../kit/types.ts';

/** Counting on every page would be load: a few seconds old is new enough. */
const KEPT_MS = 3_000;

/**
 * On every page: what is paused, how much waits for it, and since when; when that cannot be counted, that it is not known.
 * Returns what is to be called after a change, so that the next page is not behind.
 */
export function addBanner(kit: PageKit): () => void {
  let kept: { at: number; standing: Promise<Standing[]> } | null = null;
  const { ledger, clock } = kit.context;
  const standing = () => {
    const at = performance.now();
    if (kept === null || at - kept.at > KEPT_MS) {
      const counted = listControls({ ledger, clock });
      kept = { at, standing: counted };
      // Not kept when it failed: the next page asks again.
      counted.catch(() => {
        kept = null;
      });
    }
    return kept.standing;
  };
  kit.banner(async (visit) => {
    const known = await standing().catch(() => null);
    if (known === null) return [{ key: 'control.banner.notKnown', to: null }];
    const holds = known.filter(({ kind, state }) => kind !== 'weight' && state === 'active');
    return holds.filter(({ scope }) => concerns(scope.entity, visit)).map((control) => bannerOf(control, visit));
  });
  return () => {
    kept = null;
  };
}

/** An entity's own administrator hears nothing of others. */
const concerns = (entity: string | undefined, { operator }: Visit): boolean =>
  operator.entity === null || entity === undefined || entity === operator.entity;

function bannerOf({ kind, scope, waiting }: Standing, { language, context, may }: Visit): Banner {
  const oldest = ageWords(waiting, context.clock(), language);
  return {
    key: `control.banner.${kind}${oldest === null ? '' : '.waiting'}`,
    values: {
      scope: scopeWords(scope, language, context.catalogue),
      ...(oldest !== null && { count: countWords(waiting, language), oldest }),
    },
    to: may('GET', '/controls') ? '/controls' : null,
  };
}
