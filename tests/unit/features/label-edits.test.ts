import { asId, epochMs } from '$lib/domain/ids';
import { NO_REMOVALS, type Label, type Project } from '$lib/domain/project';
import { LabelEdits } from '$lib/features/projects/label-edits.svelte';
import { expect, test } from 'vitest';
import { aLabel, aProject } from '../../fixtures/builders';

const label = (name: string, overrides: Partial<Label> = {}) =>
  aLabel({ id: asId<'label'>(name), name, ...overrides });
const [POLYP, FOLD, BUBBLE, STOOL] = ['polyp', 'fold', 'bubble', 'stool'].map((name) => label(name)) as [
  Label,
  Label,
  Label,
  Label,
];
const GONE = { label: STOOL, to: null, removedAt: epochMs(5) };

function editsOf(overrides: Partial<Project> = {}) {
  const edits = new LabelEdits();
  edits.setProject(aProject({ labels: [POLYP, FOLD], ...overrides }));
  return edits;
}
const names = (edits: LabelEdits) => edits.labels.map(({ name }) => name);
const removedNames = (edits: LabelEdits) => edits.removedLabels.map((removed) => removed.label.name);

test('labels are shown as they are until somebody edits them, and are unchanged then', () => {
  const edits = editsOf();
  expect([names(edits), edits.isChanged]).toEqual([['polyp', 'fold'], false]);
  edits.change([FOLD, { ...POLYP, name: 'adenoma' }]);
  expect([names(edits), edits.isChanged]).toEqual([['fold', 'adenoma'], true]);
  edits.saved();
  expect([names(edits), edits.isChanged]).toEqual([['polyp', 'fold'], false]);
});

test('a label that another tab adds while this one edits is there as well', () => {
  const edits = editsOf();
  edits.change([FOLD, POLYP]);
  edits.setProject(aProject({ labels: [POLYP, FOLD, BUBBLE] }));
  expect(names(edits)).toEqual(['fold', 'polyp', 'bubble']);
});

test('a label that another tab removes while this one edits does not come back unasked', () => {
  const edits = editsOf();
  edits.change([FOLD, { ...POLYP, color: '#000000' }]);
  edits.setProject(aProject({ labels: [FOLD], removedLabels: [{ ...GONE, label: POLYP }] }));
  expect([names(edits), removedNames(edits)]).toEqual([['fold'], ['polyp']]);
});

test('a removed label says what its boxes become, and can be brought back before it is saved', () => {
  const edits = editsOf();
  edits.remove(POLYP.id, FOLD.id);
  expect([...edits.removals.removed]).toEqual([[POLYP.id, FOLD.id]]);
  expect([names(edits), removedNames(edits)]).toEqual([['fold'], ['polyp']]);
  edits.bringBack(edits.removedLabels[0]!);
  expect([names(edits), removedNames(edits)]).toEqual([['fold', 'polyp'], []]);
  expect([...edits.removals.removed, ...edits.removals.broughtBack]).toEqual([]);
});

test('a label that was removed long ago can be brought back, and removed again as it was', () => {
  const edits = editsOf({ removedLabels: [GONE] });
  edits.bringBack(GONE);
  expect([names(edits), removedNames(edits)]).toEqual([['polyp', 'fold', 'stool'], []]);
  expect([...edits.removals.broughtBack]).toEqual([STOOL.id]);
  edits.remove(STOOL.id, null);
  expect([names(edits), removedNames(edits)]).toEqual([['polyp', 'fold'], ['stool']]);
  expect([...edits.removals.broughtBack, ...edits.removals.removed]).toEqual([]);
});

test('a new label that was never saved leaves nothing behind when it is removed', () => {
  const edits = editsOf();
  edits.change([...edits.labels, BUBBLE]);
  expect([edits.isStored(BUBBLE.id), edits.isStored(POLYP.id)]).toEqual([false, true]);
  edits.remove(BUBBLE.id, null);
  expect([names(edits), removedNames(edits)]).toEqual([['polyp', 'fold'], []]);
  expect(edits.removals.removed.size).toBe(0);
});

test('boxes may have a label that was removed and saved: it counts as stored', () => {
  expect(editsOf({ removedLabels: [GONE] }).isStored(STOOL.id)).toBe(true);
});

test('after saving there is nothing left to save', () => {
  const edits = editsOf();
  edits.remove(POLYP.id, null);
  edits.saved();
  edits.setProject(aProject({ labels: [FOLD], removedLabels: [{ ...GONE, label: POLYP }] }));
  expect([edits.isChanged, edits.removals]).toEqual([false, NO_REMOVALS]);
  expect([names(edits), removedNames(edits)]).toEqual([['fold'], ['polyp']]);
});
