import { runService } from '../shared/run.ts';
import { wireWebhooks } from './wire.ts';

await runService('webhooks', wireWebhooks);
