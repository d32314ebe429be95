import { defineConfig } from 'vitest/config';

// Tests run against the built output (workers are files of dist), so `npm test` builds first.
export default defineConfig({
  test: {
    include: ['{runtime,sdk,contracts,cli,test}/**/*.test.ts'],
    // Templates are tested as the projects they become (test/e2e/scaffold).
    exclude: ['**/node_modules/**', '**/dist/**', 'cli/templates/**'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    server: { deps: { external: [/\/dist\//] } },
  },
});
