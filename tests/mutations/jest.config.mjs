import base from '../../jest.config.mjs';

/** The unit tests beside the deciding parts, as one project: what a mutation is put before. */
const unit = base.projects.find(({ displayName }) => displayName === 'unit');
const testMatch = ['router', 'receipts', 'channels', 'webhooks', 'shared'].map(
  (folder) => `<rootDir>/services/${folder}/**/*.test.ts`,
);
export default { ...unit, testMatch, rootDir: '../..', watchman: false };
