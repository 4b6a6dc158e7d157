import type { CommandId } from '$lib/editor/commands';
import type { EditorSession } from '$lib/editor/session';
import type { ToolId } from '$lib/editor/tools/tool';

const FAR = 10;
const ZOOM_STEP = 1.25;
/** In degrees. */
const FAR_TURN = 15;

/** Commands that choose a tool; every tool has one. */
const TOOL_COMMANDS: Readonly<Record<`tool-${ToolId}`, (session: EditorSession) => void>> = {
  'tool-select': (session) => session.tools.setTool('select'),
  'tool-box': (session) => session.tools.setTool('box'),
  'tool-pan': (session) => session.tools.setTool('pan'),
};

/** Commands that act on the session. The page's own commands (submit, next task ...) are in Annotate.svelte. */
export const SESSION_COMMANDS: Readonly<Partial<Record<CommandId, (session: EditorSession) => void>>> = {
  undo: (session) => session.undo(),
  redo: (session) => session.redo(),
  delete: (session) => session.edits.deleteSelected(),
  copy: (session) => session.edits.copy(),
  cut: (session) => session.edits.cut(),
  paste: (session) => session.edits.paste(),
  duplicate: (session) => session.edits.duplicate(),
  hide: (session) => session.selection.toggleHidden(),
  'hide-all': (session) => session.selection.toggleAllHidden(),
  lock: (session) => session.edits.toggleLocked(),
  ...TOOL_COMMANDS,
  'zoom-in': (session) => session.camera.zoom(ZOOM_STEP),
  'zoom-out': (session) => session.camera.zoom(1 / ZOOM_STEP),
  fit: (session) => session.camera.fit(),
  'actual-size': (session) => session.camera.actualSize(),
  'zoom-selection': (session) => session.zoomToSelection(),
  'turn-view-left': (session) => session.camera.rotate(-1),
  'turn-view-right': (session) => session.camera.rotate(1),
  escape: (session) => session.escape(),
  'select-all': (session) => session.selection.selectAll(),
  'select-next': (session) => session.selection.selectNext(),
  'select-previous': (session) => session.selection.selectNext(-1),
  'next-suggestion': (session) => session.suggestions.focusNext(),
  'previous-suggestion': (session) => session.suggestions.focusNext(-1),
  'add-box': (session) => session.edits.addBox(),
  left: (session) => session.edits.nudge(-1, 0),
  right: (session) => session.edits.nudge(1, 0),
  up: (session) => session.edits.nudge(0, -1),
  down: (session) => session.edits.nudge(0, 1),
  'far-left': (session) => session.edits.nudge(-FAR, 0),
  'far-right': (session) => session.edits.nudge(FAR, 0),
  'far-up': (session) => session.edits.nudge(0, -FAR),
  'far-down': (session) => session.edits.nudge(0, FAR),
  wider: (session) => session.edits.grow(1, 0),
  narrower: (session) => session.edits.grow(-1, 0),
  taller: (session) => session.edits.grow(0, 1),
  shorter: (session) => session.edits.grow(0, -1),
  'turn-left': (session) => session.edits.rotate(-1),
  'turn-right': (session) => session.edits.rotate(1),
  'turn-far-left': (session) => session.edits.rotate(-FAR_TURN),
  'turn-far-right': (session) => session.edits.rotate(FAR_TURN),
};

/** True if a focused control needs the key itself. */
export function belongsToControl(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (target.matches('input:not([type=radio], [type=checkbox]), textarea, select')) return true;
  // Ctrl+C copies the text that the person has selected.
  if (event.ctrlKey || event.metaKey) return event.key === 'c' && getSelection()?.isCollapsed === false;
  if (target.matches('input[type=radio]')) return event.key.startsWith('Arrow') || event.key === ' ';
  if (target.matches('input[type=checkbox]')) return event.key === ' ';
  return target.matches('button, a, summary') && (event.key === 'Enter' || event.key === ' ');
}
