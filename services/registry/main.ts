import { runService } from '../shared/run.ts';
import { wireRegistry } from './wire.ts';

await runService('registry', wireRegistry);
