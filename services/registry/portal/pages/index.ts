import type { AddPages } from '../kit/types.ts';
import { addAboutPages } from './about.ts';
import { addAlertPages } from './alerts.ts';
import { addCheckPages } from './check.ts';
import { addContactAddPages } from './contact-add.ts';
import { addContactCodePages } from './contact-code.ts';
import { addContactPages } from './contacts.ts';
import { addDeskPages } from './desk.ts';
import { addGuardianPages } from './desk-guardian.ts';
import { addDevicePages } from './devices.ts';
import { addHomePages } from './home.ts';
import { addInboxPages } from './inbox.ts';
import { addMandatePages } from './mandates.ts';
import { addNoticePages } from './notice.ts';
import { addPreferencePages } from './preferences.ts';
import { addRecordPages } from './record.ts';
import { addSettingsPages } from './settings.ts';
import { addUnsubscribePages } from './unsubscribe.ts';

/** Every file of pages; a new one is added here. */
export const PAGES: AddPages[] = [
  addHomePages,
  addAlertPages,
  addContactPages,
  addContactAddPages,
  addContactCodePages,
  addSettingsPages,
  addPreferencePages,
  addUnsubscribePages,
  addInboxPages,
  addNoticePages,
  addCheckPages,
  addDevicePages,
  addAboutPages,
  addMandatePages,
  addDeskPages,
  addGuardianPages,
  addRecordPages,
];
