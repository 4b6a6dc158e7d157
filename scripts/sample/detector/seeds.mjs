/**
 * Which drawn pictures are for what; none is in two of them. The sample project's own are seeds 101 to 124
 * (scripts/sample/make.mjs).
 */
export const TRAINING = { first: 10_001, count: 900 };
export const UNSEEN = { first: 50_001, count: 200 };

/** Every so many pictures show nothing to find. */
export const HEALTHY_EVERY = 6;
