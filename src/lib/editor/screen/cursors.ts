import type { Hit } from '../hit-test';
import { isDrawingTool, type ToolId } from '../tools/tool';
import type { Turns } from '../viewport';

/** Resize cursors at 0, 45, 90 and 135 degrees, clockwise from up. */
const PULLS = ['ns-resize', 'nesw-resize', 'ew-resize', 'nwse-resize'] as const;

export function cursorFor(tool: ToolId, hit: Hit, turns: Turns): string {
  if (tool === 'pan') return 'grab';
  if (isDrawingTool(tool)) return 'crosshair';
  switch (hit.on) {
    case 'handle':
      return PULLS[((Math.round((hit.directionDeg + turns * 90) / 45) % 4) + 4) % 4]!;
    case 'rotate':
      return 'grab';
    case 'region':
      return 'move';
    case 'nothing':
      return 'default';
  }
}
