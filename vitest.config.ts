import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'commands/**/*.test.ts', 'scripts/**/*.test.ts', 'test/*.test.ts'],
    testTimeout: 30_000,
  },
});
