import { join } from 'node:path';
import { describe } from '@jest/globals';
import { stylesheet } from '../shared/web/styles.behaviour.ts';

describe('the stylesheet of the console', () => stylesheet(join(import.meta.dirname, 'assets', 'console.css')));
