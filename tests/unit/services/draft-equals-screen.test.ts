import { asId } from '$lib/domain/ids';
import { EditorSession } from '$lib/editor/session';
import { makeAnnotations, type OpenTask } from '$lib/services/annotating/annotations';
import { expect, test } from 'vitest';
import { aLabel, aProject, aTask } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';

const SIZE = { width: 400, height: 300 };

function sessionOf(opened: OpenTask, newId: () => string): EditorSession {
  const session = new EditorSession({
    regions: opened.regions,
    history: opened.history,
    imageSize: SIZE,
    newRegionId: () => asId<'region'>(newId()),
    write: (change, step) => opened.journal.append(change, SIZE, step),
  });
  session.camera.resize(SIZE);
  return session;
}

/** A person at random: everything that the page can do to regions. */
function act(session: EditorSession, random: () => number): void {
  const ids = [...session.document.regions.keys()];
  const some = ids.filter(() => random() < 0.4);
  const acts: readonly (() => void)[] = [
    () => session.edits.addBox(),
    () => session.selection.select(some),
    () => session.edits.nudge(random() * 40 - 20, random() * 40 - 20),
    () => session.edits.grow(random() * 9 - 4, 2),
    () => session.edits.chooseLabel(asId<'label'>(random() < 0.5 ? 'a' : 'b')),
    () => session.edits.change(some, (region) => ({ ...region, note: 'n', isLocked: random() < 0.3 })),
    () => session.edits.change(some.slice(0, 1), () => null),
    () => session.selection.setHidden(some, random() < 0.5),
    () => session.undo(),
    () => session.undo(),
    () => session.redo(),
    () => session.edits.replaceAll(new Map([...session.document.regions].slice(0, 3))),
  ];
  acts[Math.floor(random() * acts.length)]!();
}

test.each([11, 12, 13])(
  'after random work the draft is the screen, undo and redo included (seed %d)',
  async (seed) => {
    const world = aWorld();
    const labels = ['a', 'b'].map((id) => aLabel({ id: asId<'label'>(id), name: id }));
    await world.database.projects.put(aProject({ labels }));
    await world.database.tasks.add([aTask()]);
    const annotations = makeAnnotations(world.ports);
    let state = seed;
    const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
    let lastId = 0;
    const newId = () => `r${(lastId += 1)}`;

    let session = sessionOf(await annotations.open(aTask().id), newId);
    for (let turn = 0; turn < 400; turn += 1) {
      act(session, random);
      await session.document.settled();
      // Now and then the page is closed and opened again, in the middle of the work.
      if (turn % 67 === 0) session = sessionOf(await annotations.open(aTask().id), newId);
    }
    expect(session.document.failure).toBeNull();
    const again = sessionOf(await annotations.open(aTask().id), newId);
    expect([...again.document.regions]).toEqual([...session.document.regions]);
    expect([again.canUndo, again.canRedo]).toEqual([session.canUndo, session.canRedo]);

    const end = new Map([...again.document.regions].sort());
    let steps = 0;
    for (; again.canUndo; steps += 1) {
      again.undo();
      await again.document.settled();
    }
    for (; steps > 0; steps -= 1) {
      again.redo();
      await again.document.settled();
    }
    expect(new Map([...again.document.regions].sort())).toEqual(end);
  },
);
