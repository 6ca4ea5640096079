import base from '../../jest.config.mjs';

/** The unit tests beside the deciding parts, as one project: what a mutation is put before. */
const unit = base.projects.find(({ displayName }) => displayName === 'unit');
const all = ['router', 'receipts', 'channels', 'webhooks', 'shared'].map((folder) => `services/${folder}/**/*.test.ts`);
/** MUTATION_TESTS names those that are to notice, where others that load the same file take long and add nothing. */
const testMatch = (process.env.MUTATION_TESTS?.split(',') ?? all).map((path) => `<rootDir>/${path}`);
export default { ...unit, testMatch, rootDir: '../..', watchman: false };
