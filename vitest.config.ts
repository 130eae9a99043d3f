import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    maxWorkers: '100%', // by itself Vitest leaves one processor idle, half of a small machine
    projects: [
      // Hundreds of small files: loading everything anew for each would take longer than the tests.
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.{ts,tsx}', 'commands/**/*.test.ts', 'scripts/**/*.test.ts'],
          isolate: false,
          testTimeout: 30_000,
        },
      },
      { test: { name: 'program', include: ['test/*.test.ts'], testTimeout: 60_000 } },
      // Tests of the engine translate everything at once; here they run without translation.
      {
        test: {
          name: 'interpreter',
          include: ['src/core/cpu/*.test.ts'],
          env: { HMP_TRANSLATE_AFTER: '0' },
          isolate: false,
          testTimeout: 30_000,
        },
      },
    ],
  },
});
