import type { Language } from '../../../contracts/status.ts';
import type { AuditRecord } from '../../shared/audit/act.ts';
import type { Text } from '../../shared/web/text.ts';
import { momentIn } from '../explain.ts';

/** One record as a row of the page. What an act is called stands in the string table where it is one of this service's. */
export function viewAct(record: AuditRecord, language: Language, text: Text) {
  const { _id, at, actor, act, targets, reason, details, hash, prev } = record;
  return {
    ...{
      seq: _id,
      at: momentIn(language, at),
      by: actor.id,
      role: `audit.role.${actor.role}`,
      act,
      reason,
      hash,
      prev,
    },
    words: text.has(`audit.act.${act}`) ? text.plain(`audit.act.${act}`) : null,
    targets: targets.map((id) => ({
      id,
      to: /^[nd]_/.test(id) ? `/notifications/${id}` : `/audit?target=${encodeURIComponent(id)}`,
    })),
    details: Object.keys(details).length > 0 ? JSON.stringify(details, null, 1) : null,
  };
}
