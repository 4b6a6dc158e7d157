import type { RunGraph } from '$lib/detectors/detector';
import { letMessagesIn } from '../workers/channel';

/** Checks for an abort before each graph, because a graph blocks its thread from its start to its end. */
export const abortableRun =
  (run: RunGraph, signal: AbortSignal): RunGraph =>
  async (graph, inputs, outputs) => {
    await letMessagesIn();
    signal.throwIfAborted();
    return run(graph, inputs, outputs);
  };
