/** One project a kind of test; `node tests/run.ts <project>` starts what the project needs. */
const project = (displayName, testMatch, more = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/tests/support/strip-types.cjs' },
  moduleFileExtensions: ['ts', 'mjs', 'js', 'cjs', 'json', 'node'],

  ...more,
});

export default {
  watchman: false,
  projects: [
    project('unit', [
      '<rootDir>/services/**/*.test.ts',
      '<rootDir>/templates/**/*.test.ts',
      '<rootDir>/deploy/**/*.test.ts',
      '<rootDir>/bin/**/*.test.ts',
      '<rootDir>/publisher/**/*.test.ts',
      '<rootDir>/tests/simulation/**/*.test.ts',
      '<rootDir>/tests/bench/**/*.test.ts',
      '<rootDir>/tests/faults/check.test.ts',
      '<rootDir>/tests/faults/plan.test.ts',
    ]),
    project('contract', ['<rootDir>/tests/contract/**/*.test.ts']),
    project('integration', ['<rootDir>/tests/integration/**/*.test.ts']),
    project('e2e', ['<rootDir>/tests/e2e/**/*.test.ts']),
    project('guarded', ['<rootDir>/tests/guarded/**/*.test.ts']),
    project('browser', ['<rootDir>/tests/browser/**/*.test.ts']),
    project('faults', ['<rootDir>/tests/faults/planted.test.ts']),
    project('docker', ['<rootDir>/tests/docker/**/*.test.ts']),
  ],
};
