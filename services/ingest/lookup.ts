import type { Blind } from '../shared/crypto/blind.ts';
import { readSubject } from '../shared/event/index.ts';
import { problem } from '../shared/http/problem.ts';
import { refusalOf } from '../shared/http/refuse.ts';
import { notificationId } from '../shared/ids.ts';

/** The members that name an event; the subject stands in a body and never in an address, which logs would keep. */
export const EVENT_NAME = ['source', 'id', 'subject'] as const;

/** The notification id of an event that an entity names by its source, its id and its recipient. */
export function idOfEvent(named: Record<(typeof EVENT_NAME)[number], string>, blind: Blind): string {
  const read = readSubject(named.subject);
  if (!read?.ok) throw read ? refusalOf([read.fault]) : problem('bad_request');
  return notificationId(named.source, named.id, blind.subscriberId(read.subject.canonical));
}

/** A notification id from an address; anything else is simply not found. */
export function checkedId(id: unknown): string {
  if (typeof id !== 'string' || !/^n_[0-9a-f]{32}$/.test(id)) throw problem('not_found');
  return id;
}
