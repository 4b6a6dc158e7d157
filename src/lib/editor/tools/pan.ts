import { isPointer, type Tool } from './tool';

export type PanState = { readonly name: 'idle' } | { readonly name: 'panning' };

/**
 * Pushes the picture about; changes nothing.
 *
 *   idle --down--> panning --up or cancel--> idle
 */
export const panTool: Tool<PanState> = {
  id: 'pan',
  idle: { name: 'idle' },
  handle(state, input, editor) {
    if (!isPointer(input)) return { name: 'idle' };
    if (input.type === 'down') return { name: 'panning' };
    if (state.name === 'panning') editor.pan(...input.moved);
    return input.type === 'up' ? { name: 'idle' } : state;
  },
};
