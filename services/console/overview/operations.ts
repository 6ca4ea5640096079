import type { GroupLag } from '../../shared/kafka/lag.ts';
import type { PageLanguage } from '../../shared/web/languages.ts';
import type { Operations } from './read.ts';
import { durationText, numberText, percentText } from './words.ts';

const BREAKER_TONE = { closed: 'good', 'half-open': 'warn', open: 'bad' } as const;

/** How the machinery is: providers, consumers, dead letters. */
export function operationsData({ lag, providers, letters }: Operations, prefix: string, language: PageLanguage) {
  return {
    providers: providers.map(({ channel, provider, breaker, share, calls, errorRate, receipt }) => ({
      provider,
      channelKey: `channel.${channel}`,
      breaker: breaker && {
        key: `overview.breaker.${breaker.state}`,
        tone: BREAKER_TONE[breaker.state],
        seenBy: numberText(breaker.seenBy, language),
        processes: numberText(breaker.processes, language),
      },
      share: percentText(share, language),
      calls: numberText(calls, language),
      errors: percentText(errorRate, language),
      isBad: (errorRate ?? 0) > 0.05,
      p50: durationText(receipt?.p50 ?? null, language),
      p95: durationText(receipt?.p95 ?? null, language),
    })),
    lag: lag && lagData(lag, prefix, language),
    letters: {
      n: `${letters.all ? '' : '> '}${numberText(letters.n, language)}`,
      any: letters.n > 0,
      newest: letters.newest,
      reasons: letters.reasons.map(({ reason, n }) => ({ reason, n: numberText(n, language) })),
    },
  };
}

/** Groups that are behind or have nobody, then all of them. */
function lagData(groups: GroupLag[], prefix: string, language: PageLanguage) {
  const rows = groups
    .toSorted((a, b) => b.lag - a.lag || (a.groupId < b.groupId ? -1 : 1))
    .map(({ groupId, lag, members }) => ({
      name: groupId.replace(`${prefix}.`, ''),
      lag: numberText(lag, language),
      members: numberText(members, language),
      isBehind: lag > 0,
      isAlone: members === 0,
    }));
  return {
    total: numberText(
      groups.reduce((sum, { lag }) => sum + lag, 0),
      language,
    ),
    groups: rows.length,
    trouble: rows.filter(({ isBehind, isAlone }) => isBehind || isAlone),
    rows,
  };
}
