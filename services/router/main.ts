import { runService } from '../shared/run.ts';
import { wireRouter } from './wire.ts';

await runService('router', wireRouter);
