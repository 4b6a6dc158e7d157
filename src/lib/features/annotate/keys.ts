import type { CommandId } from '$lib/editor/commands';
import type { EditorSession } from '$lib/editor/session';

const FAR = 10;
const ZOOM_STEP = 1.25;
/** Degrees. */
const FAR_TURN = 15;

/** What a command does to the session; the page's own commands (submit, next task ...) are not here. */
export const SESSION_COMMANDS: Readonly<Partial<Record<CommandId, (session: EditorSession) => void>>> = {
  undo: (session) => session.undo(),
  redo: (session) => session.redo(),
  delete: (session) => session.deleteSelected(),
  copy: (session) => session.copy(),
  cut: (session) => session.cut(),
  paste: (session) => session.paste(),
  duplicate: (session) => session.duplicate(),
  hide: (session) => session.toggleHidden(),
  'hide-all': (session) => session.toggleAllHidden(),
  lock: (session) => session.toggleLocked(),
  'tool-select': (session) => session.setTool('select'),
  'tool-box': (session) => session.setTool('box'),
  'tool-pan': (session) => session.setTool('pan'),
  'zoom-in': (session) => session.zoom(ZOOM_STEP),
  'zoom-out': (session) => session.zoom(1 / ZOOM_STEP),
  fit: (session) => session.fit(),
  'actual-size': (session) => session.actualSize(),
  'zoom-selection': (session) => session.zoomToSelection(),
  'turn-view-left': (session) => session.turnView(-1),
  'turn-view-right': (session) => session.turnView(1),
  escape: (session) => session.escape(),
  'select-all': (session) => session.selectAll(),
  'select-next': (session) => session.selectNext(),
  'select-previous': (session) => session.selectNext(-1),
  'next-suggestion': (session) => session.focusNextSuggestion(),
  'previous-suggestion': (session) => session.focusNextSuggestion(-1),
  'add-box': (session) => session.addBox(),
  left: (session) => session.nudge(-1, 0),
  right: (session) => session.nudge(1, 0),
  up: (session) => session.nudge(0, -1),
  down: (session) => session.nudge(0, 1),
  'far-left': (session) => session.nudge(-FAR, 0),
  'far-right': (session) => session.nudge(FAR, 0),
  'far-up': (session) => session.nudge(0, -FAR),
  'far-down': (session) => session.nudge(0, FAR),
  wider: (session) => session.growSelected(1, 0),
  narrower: (session) => session.growSelected(-1, 0),
  taller: (session) => session.growSelected(0, 1),
  shorter: (session) => session.growSelected(0, -1),
  'turn-left': (session) => session.turnSelected(-1),
  'turn-right': (session) => session.turnSelected(1),
  'turn-far-left': (session) => session.turnSelected(-FAR_TURN),
  'turn-far-right': (session) => session.turnSelected(FAR_TURN),
};

/** Keys that a focused control needs for itself. */
export function belongsToControl(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (target.matches('input:not([type=radio], [type=checkbox]), textarea, select')) return true;
  // Words that a person has marked are what is copied.
  if (event.ctrlKey || event.metaKey) return event.key === 'c' && getSelection()?.isCollapsed === false;
  if (target.matches('input[type=radio]')) return event.key.startsWith('Arrow') || event.key === ' ';
  if (target.matches('input[type=checkbox]')) return event.key === ' ';
  return target.matches('button, a, summary') && (event.key === 'Enter' || event.key === ' ');
}
