import { CHANNELS } from '../../../contracts/status.ts';
import { wireChannels } from '../../../services/channels/wire.ts';
import { wireIngest } from '../../../services/ingest/wire.ts';
import { wireReceipts } from '../../../services/receipts/wire.ts';
import { wireRegistry } from '../../../services/registry/wire.ts';
import { wireRouter } from '../../../services/router/wire.ts';
import { runService } from '../../../services/shared/run.ts';
import { wireWebhooks } from '../../../services/webhooks/wire.ts';

// Every service in one process, so that what they write can be kept as a whole.
await runService('all', wireIngest, wireRegistry, wireRouter, wireChannels(CHANNELS), wireReceipts, wireWebhooks);
