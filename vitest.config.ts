import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'all',
          include: [
            'src/**/*.test.{ts,tsx}',
            'commands/**/*.test.ts',
            'scripts/**/*.test.ts',
            'test/*.test.ts',
          ],
          testTimeout: 30_000,
        },
      },
      // Tests of the engine translate everything at once; here they run without translation.
      {
        test: {
          name: 'interpreter',
          include: ['src/core/cpu/*.test.ts'],
          env: { HMP_TRANSLATE_AFTER: '0' },
          testTimeout: 30_000,
        },
      },
    ],
  },
});
