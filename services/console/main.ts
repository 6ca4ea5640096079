import { runService } from '../shared/run.ts';
import { wireConsole } from './wire.ts';

await runService('console', wireConsole);
