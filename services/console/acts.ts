import { appendAct } from '../shared/audit/append.ts';
import type { Ledger } from '../shared/ledger/index.ts';

/** What an operator did, to what, and why. Filters, ids and counts only; never content. */
export type Act = {
  kind:
    | 'replay_dry_run'
    | 'replay'
    | 'replay_approve'
    | 'replay_pause'
    | 'replay_resume'
    | 'replay_stop'
    | 'replay_list'
    | 'dead_letter_replay'
    | 'dead_letter_reveal'
    | 'pause'
    | 'drain'
    | 'resume'
    | 'weight'
    | 'suppression_add'
    | 'suppression_remove'
    | 'suppression_import'
    | 'suppression_export'
    | 'suppression_lookup'
    | 'unknown_release'
    | 'unknown_give_up'
    | 'audience_pause'
    | 'audience_resume'
    | 'audience_stop'
    | 'person_search'
    | 'contact_lookup'
    | 'address_reveal'
    | 'evidence_export'
    | 'entity_register'
    | 'entity_version'
    | 'entity_publish'
    | 'entity_grant'
    | 'entity_state'
    | 'key_create'
    | 'key_rotate'
    | 'key_revoke';
  by: string;
  because: string;
  details: Record<string, unknown>;
};

/** Writes an act into the audit trail before it is done: when this throws, the act must not happen. Returns its number. */
export async function recordAct(
  ledger: Pick<Ledger, 'connection'>,
  { kind, by, because, details }: Act,
  at: Date,
): Promise<number> {
  const targets = [details.id, details.keyId, details.entity].flat().filter((one) => typeof one === 'string');
  const actor = { id: by, role: 'operator' } as const;
  const { _id } = await appendAct(ledger, { actor, act: kind, targets, reason: because, details }, at);
  return _id;
}
