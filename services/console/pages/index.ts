import type { AddPages } from '../kit/types.ts';
import { addAudiencePages } from './audiences.ts';
import { addAuditPages } from './audit.ts';
import { addContactPages } from './contacts.ts';
import { addControlPages } from './controls.ts';
import { addDeadLetterPages } from './dead-letters.ts';
import { addEntityPages } from './entities.ts';
import { addOverviewPages } from './overview.ts';
import { addReplayPages } from './replay.ts';
import { addSearchPages } from './search.ts';
import { addStoryPages } from './story.ts';
import { addSuppressionPages } from './suppressions.ts';
import { addUnknownPages } from './unknown.ts';

/** Every file of pages; a new one is added here. */
export const PAGES: AddPages[] = [
  addOverviewPages,
  addControlPages,
  addUnknownPages,
  addAudiencePages,
  addSuppressionPages,
  addEntityPages,
  addAuditPages,
  addContactPages,
  addDeadLetterPages,
  addReplayPages,
  addSearchPages,
  addStoryPages,
];
