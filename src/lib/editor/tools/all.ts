import { boxTool } from './box';
import { panTool } from './pan';
import { selectTool } from './select';
import type { EditorContext, PointerInput, Tool, ToolId, ToolState } from './tool';

/** A tool with its state, which it keeps between inputs. */
export interface RunningTool {
  readonly id: ToolId;
  readonly isIdle: () => boolean;
  handle(input: PointerInput, editor: EditorContext): void;
}

const running = <State extends ToolState>(tool: Tool<State>): RunningTool => {
  let state = tool.idle;
  return {
    id: tool.id,
    isIdle: () => state.name === 'idle',
    handle(input, editor) {
      state = tool.handle(state, input, editor);
    },
  };
};

/** Every tool, in the order of the tool bar. */
const TOOLS: Readonly<Record<ToolId, () => RunningTool>> = {
  select: () => running(selectTool),
  box: () => running(boxTool),
  pan: () => running(panTool),
};

export const TOOL_IDS = Object.keys(TOOLS) as readonly ToolId[];

export const makeTools = (): readonly RunningTool[] => TOOL_IDS.map((id) => TOOLS[id]());
