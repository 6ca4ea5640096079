import { runService } from '../shared/run.ts';
import { wireReceipts } from './wire.ts';

await runService('receipts', wireReceipts);
