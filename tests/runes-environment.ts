import type { Environment } from 'vitest/runtime';

/** Node without a DOM, but with Svelte compiled for the browser, so that runes react. */
const environment: Environment = {
  name: 'runes',
  viteEnvironment: 'client',
  setup(global: typeof globalThis) {
    // Frames come at once: nothing is painted here that one could wait for.
    global.requestAnimationFrame = (frame) => Number(setTimeout(() => frame(performance.now())));
    return { teardown: () => undefined };
  },
};

export default environment;
