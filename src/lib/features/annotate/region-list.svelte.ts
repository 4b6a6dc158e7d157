import type { RegionId } from '$lib/domain/ids';
import type { Preferences } from '$lib/services/ports/shell';
import type { AnnotateState } from './annotate.svelte';
import {
  idsIn,
  movedByHand,
  PLAIN_LIST,
  rangeBetween,
  REGION_ORDERS,
  regionRows,
  type ListChoice,
  type LabelFilter,
} from './region-rows';

/** State of the region list: its order, filter and selection. */
export class RegionListState {
  readonly #page: AnnotateState;
  readonly #preferences: Preferences;
  choice = $state.raw<ListChoice>(PLAIN_LIST);
  /** The region at which a Shift selection starts. */
  #anchor: RegionId | null = null;

  readonly #regions = $derived.by(() => this.#page.current?.now.regions ?? null);
  readonly rows = $derived.by(() =>
    regionRows(this.#regions?.values() ?? [], this.choice, this.#page.labels, this.#page.notes.orderByHand),
  );

  constructor(page: AnnotateState, preferences: Preferences) {
    this.#page = page;
    this.#preferences = preferences;
    const kept = readChoice(preferences.get('region-list'));
    this.choice = kept;
  }

  /** Changes the list and stores its order in the preferences. The filter is not stored. */
  change(changes: Partial<ListChoice>): void {
    this.choice = { ...this.choice, ...changes };
    const { order, isDescending, isGrouped } = this.choice;
    this.#preferences.set('region-list', JSON.stringify({ order, isDescending, isGrouped }));
  }

  setFilter(filter: LabelFilter): void {
    this.choice = { ...this.choice, filter };
  }

  /** A click selects one region; Ctrl adds or removes it, Shift selects the range up to it. */
  choose(
    id: RegionId,
    { ctrlKey, metaKey, shiftKey }: Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>,
  ): void {
    const session = this.#page.current?.session;
    if (!session) return;
    session.tools.setTool('select');
    const adds = ctrlKey || metaKey;
    if (shiftKey) {
      const range = rangeBetween(this.rows, this.#anchor, id);
      session.selection.select(adds ? [...session.selection.ids, ...range] : range);
      return;
    }
    this.#anchor = id;
    const selected = session.selection.ids;
    if (!adds) session.selection.select([id]);
    else if (!selected.has(id)) session.selection.select([...selected, id]);
    else session.selection.select([...selected].filter((other) => other !== id));
  }

  /** Selects the region `by` lines further; with `takesRange`, also those between. */
  step(id: RegionId, by: number, takesRange: boolean): void {
    const ids = idsIn(this.rows);
    const next = ids[ids.indexOf(id) + by];
    if (next !== undefined) this.choose(next, { ctrlKey: false, metaKey: false, shiftKey: takesRange });
  }

  /** Moves a line. The displayed order becomes the manual order. */
  move(id: RegionId, by: number): void {
    const listed = idsIn(
      regionRows(
        this.#regions?.values() ?? [],
        { ...this.choice, filter: 'all', isGrouped: false },
        this.#page.labels,
        this.#page.notes.orderByHand,
      ),
    );
    this.#page.notes.setOrder(movedByHand(listed, id, by));
    this.change({ order: 'hand', isDescending: false });
    this.#page.current?.session.selection.select([id]);
  }
}

function readChoice(kept: string | null): ListChoice {
  try {
    const given = JSON.parse(kept ?? '{}') as Partial<ListChoice>;
    return {
      ...PLAIN_LIST,
      order: REGION_ORDERS.find((order) => order === given.order) ?? PLAIN_LIST.order,
      isDescending: given.isDescending === true,
      isGrouped: given.isGrouped === true,
    };
  } catch {
    return PLAIN_LIST;
  }
}
