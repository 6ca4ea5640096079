import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EntityCatalogue } from '../../../contracts/generated/types.ts';

export const BERTH = 'bh.gov.sample.harbour.berth.assigned.v1';

type Package = { catalogue: EntityCatalogue; templates: Record<string, string> };
/** What an event of the type carries. */
export const BERTH_DATA = { vessel: 'Lulu 3', berth: 'B-12/4', days: 3 };

const manifest = { sample: BERTH_DATA };

/** The package of an invented entity with one event type that goes out by SMS and email. */
export const harbour = (more: Partial<EntityCatalogue> = {}, texts: Record<string, string> = {}): Package => ({
  catalogue: {
    entity: 'harbour',
    title: { en: 'Sample Harbour', ar: 'ميناء المثال' },
    typePrefix: 'bh.gov.sample.harbour.',
    smsSender: 'Harbour',
    operationsEmail: 'integration@harbour.example',
    grants: { mandatory: false, lanes: ['normal'], audience: false },
    linkHosts: [],
    categories: [{ id: 'berths', title: { en: 'Berths', ar: 'الأرصفة' } }],
    types: [
      {
        type: BERTH,
        title: { en: 'Berth assigned', ar: 'تخصيص رصيف' },
        category: 'berths',
        template: 'berth-assigned',
        plan: [{ channels: ['sms', 'email'] }],
        dataSchema: {
          type: 'object',
          required: ['vessel', 'berth', 'days'],
          properties: {
            vessel: { type: 'string', minLength: 1, maxLength: 40 },
            berth: { type: 'string', minLength: 1, maxLength: 12 },
            days: { type: 'integer', minimum: 0, maximum: 99 },
          },
          additionalProperties: false,
        },
      },
    ],
    ...more,
  } as EntityCatalogue,
  templates: {
    'berth-assigned/template.json': JSON.stringify(manifest),
    'berth-assigned/en/sms.hbs': `Harbour: {{vessel}} has berth {{berth}} for ${EN_DAYS}.\n`,
    'berth-assigned/ar/sms.hbs': `الميناء: خُصص الرصيف {{berth}} للسفينة {{vessel}} لمدة ${AR_DAYS}.\n`,
    'berth-assigned/en/email.subject.hbs': 'Berth {{berth}}\n',
    'berth-assigned/ar/email.subject.hbs': 'الرصيف {{berth}}\n',
    'berth-assigned/en/email.text.hbs': `{{vessel}} has berth {{berth}} for ${EN_DAYS}.\n`,
    'berth-assigned/ar/email.text.hbs': `خُصص الرصيف {{berth}} للسفينة {{vessel}} لمدة ${AR_DAYS}.\n`,
    'berth-assigned/en/email.html.hbs': `<p>{{vessel}} has berth {{berth}} for ${EN_DAYS}.</p>\n`,
    'berth-assigned/ar/email.html.hbs': `<p>خُصص الرصيف {{berth}} للسفينة {{vessel}} لمدة ${AR_DAYS}.</p>\n`,
    ...texts,
  },
});

const EN_DAYS = '{{plural days one="# day" other="# days"}}';
const AR_DAYS = '{{plural days zero="أقل من يوم" one="يوم واحد" two="يومين" few="# أيام" many="# يومًا" other="# يوم"}}';

/** Writes a package as the folder that `notifyme entities register` reads; gives its path. */
export function writePackage({ catalogue, templates }: Package): string {
  const folder = mkdtempSync(join(tmpdir(), 'notifyme-package-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('catalogue.json', JSON.stringify(catalogue, null, 2));
  for (const [path, text] of Object.entries(templates)) write(join('templates', path), text);
  return folder;
}
