import { join } from 'node:path';
import { describe } from '@jest/globals';
import { stringTables } from '../shared/web/strings.behaviour.ts';

const here = import.meta.dirname;

describe('string tables of the console', () => {
  stringTables({
    strings: join(here, 'strings'),
    views: [join(here, 'views'), join(here, 'public', 'views'), join(here, '..', 'shared', 'web', 'parts')],
    code: [here],
    // Numbers and names alone.
    sameOnPurpose: ['control.exactly', 'entity.one', 'entity.fault.line'],
  });
});
