/** The borders of docs/architecture.md, as a lint rule. */
module.exports = {
  forbidden: [
    {
      name: 'a-service-imports-no-other-service',
      comment: 'Services meet in Kafka and the ledger. What two of them use stands in services/shared or contracts.',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: '^services/shared/' },
      to: { path: '^services/', pathNot: ['^services/shared/', '^services/$1/'] },
    },
    {
      name: 'shared-imports-no-service',
      severity: 'error',
      from: { path: '^services/shared/' },
      to: { path: '^services/', pathNot: '^services/shared/' },
    },
    {
      name: 'contracts-import-nothing-of-ours',
      severity: 'error',
      from: { path: '^contracts/' },
      to: { path: '^(services|deploy|bin|publisher|tests)/' },
    },
    {
      name: 'kafkajs-stays-in-its-corner',
      comment: 'Its last release is of 2023: replacing it must touch one folder.',
      severity: 'error',
      from: { pathNot: '^(services/shared/kafka|deploy/local/servers|tests)/' },
      to: { path: 'node_modules/kafkajs' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
