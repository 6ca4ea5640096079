import { runService } from '../shared/run.ts';
import { wireIngest } from './wire.ts';

await runService('ingest', wireIngest);
