import type { Language } from '../../../contracts/status.ts';
import { auditAnchorTopic, readAnchors, readAnchorTopic } from '../../shared/audit/anchor.ts';
import { headOf } from '../../shared/audit/append.ts';
import { verifyChain } from '../../shared/audit/verify.ts';
import type { FieldError } from '../../shared/web/types.ts';
import { listActs } from '../audit/list.ts';
import { readActFilter, writeActFilter } from '../audit/query.ts';
import { momentIn } from '../explain.ts';
import type { AddPages, Page, Visit } from '../kit/types.ts';
import { viewAct } from './audit-view.ts';

const READERS = ['privacy_officer', 'approver'] as const;
const PAGE = 50;

/** Who did what, and why: the trail, its head, what is kept of it elsewhere, and whether it is whole. */
export const addAuditPages: AddPages = (kit) => {
  kit.get('/audit', { may: READERS }, (visit) => showTrail(visit, null));
  kit.post('/audit/verify', { may: READERS }, async (visit) => showTrail(visit, await verify(visit)));
};

type Verified = { tone: 'good' | 'warn' | 'bad'; key: string; values: Record<string, string | number> };

async function showTrail({ context, query, language }: Visit, verified: Verified | null): Promise<Page> {
  const { filter, faults, typed } = readActFilter(query);
  const { ledger } = context;
  const [head, found] = await Promise.all([
    headOf(ledger),
    faults.length === 0 ? listActs(filter, PAGE, ledger) : null,
  ]);
  const code = language.code as Language;
  const errors: FieldError[] = faults.map((field) => ({ field, key: 'audit.notRead' }));
  return {
    view: 'audit',
    title: 'audit.title',
    errors,
    status: errors.length > 0 ? 422 : 200,
    data: {
      head: head && { seq: head._id, hash: head.hash, at: momentIn(code, head.at) },
      verified,
      typed,
      faults: Object.fromEntries(['since', 'until', 'target'].map((name) => [name, faults.includes(name)])),
      found: found && {
        rows: found.records.map((record) => viewAct(record, code, language.text)),
        complete: found.complete,
        lookedBackTo: found.lookedBackTo,
        more: found.next === null ? null : `/audit?${writeActFilter({ ...filter, before: found.next })}`,
        newest: filter.before === undefined ? null : `/audit?${writeActFilter({ ...filter, before: undefined })}`,
      },
    },
  };
}

/** Reads the whole chain, against the anchors of the topic and of the file, where there are any. */
async function verify({ context }: Visit): Promise<Verified> {
  const { ledger, kafka, ring, settings } = context;
  try {
    const inTopic = await readAnchorTopic(kafka, auditAnchorTopic(settings.TOPIC_PREFIX), ring);
    const inFile = settings.AUDIT_ANCHORS_FILE ? await readAnchors(settings.AUDIT_ANCHORS_FILE, ring) : [];
    const anchors = [...(inTopic ?? []), ...inFile];
    const verdict = await verifyChain(ledger, { anchors });
    if (!verdict.ok) return { tone: 'bad', key: `audit.fault.${verdict.fault}`, values: { seq: verdict.seq } };
    const key = anchors.length > 0 ? 'audit.whole' : 'audit.wholeWithoutAnchors';
    return {
      tone: anchors.length > 0 ? 'good' : 'warn',
      key,
      values: { count: verdict.checked, anchors: anchors.length },
    };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'anchor_forged') return { tone: 'bad', key: 'audit.fault.forged', values: {} };
    if (code === 'ENOENT' || code === 'EACCES') return { tone: 'bad', key: 'audit.fault.file', values: {} };
    throw error;
  }
}
