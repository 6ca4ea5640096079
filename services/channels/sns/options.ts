import type { Settings } from '../../shared/settings.ts';

/** What every client of SNS needs, from the settings. */
export const snsOptions = (settings: Settings, maxSockets: number) => ({
  region: settings.SNS_REGION,
  maxSockets,
  // A stand-in takes any credentials; AWS asks the SDK's own chain of sources.
  ...(settings.SNS_ENDPOINT && {
    endpoint: settings.SNS_ENDPOINT,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }),
});
