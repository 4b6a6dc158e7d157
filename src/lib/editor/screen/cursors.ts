import type { Hit } from '../hit-test';
import { isDrawingTool, type ToolId } from '../tools/tool';
import type { Turns } from '../viewport';

/** The pointers that pull two ways, by the direction of one of them: up, right and up, right, right and down. */
const PULLS = ['ns-resize', 'nesw-resize', 'ew-resize', 'nwse-resize'] as const;

export function cursorFor(tool: ToolId, hit: Hit, turns: Turns): string {
  if (tool === 'pan') return 'grab';
  if (isDrawingTool(tool)) return 'crosshair';
  switch (hit.on) {
    case 'handle':
      return PULLS[((Math.round((hit.pullsDeg + turns * 90) / 45) % 4) + 4) % 4]!;
    case 'turn':
      return 'grab';
    case 'region':
      return 'move';
    case 'nothing':
      return 'default';
  }
}
