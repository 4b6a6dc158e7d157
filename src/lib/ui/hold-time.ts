interface Held {
  readonly hold: () => void;
  readonly release: () => void;
}

/** Svelte action that holds a countdown while the pointer moves over the node or the focus is inside it. */
export function holdTime(node: HTMLElement, { hold, release }: Held): void {
  const by = { pointer: false, focus: false };
  const set = (holder: keyof typeof by, isHeld: boolean) => () => {
    if (by[holder] === isHeld) return;
    by[holder] = isHeld;
    if (isHeld) hold();
    else release();
  };
  // A notice that appears under a resting pointer is not being read, so only a move counts.
  node.addEventListener('pointermove', set('pointer', true));
  node.addEventListener('pointerleave', set('pointer', false));
  node.addEventListener('focusin', set('focus', true));
  node.addEventListener('focusout', set('focus', false));
}
