import { XMLParser } from 'fast-xml-parser';
import { numberFrom } from './boxes';
import type { ArchiveReader } from './format';
import { firstText, wholeText } from './text';
import { parseXml } from './xml';

/** A label of a labelling configuration; null where the configuration does not say. */
export interface ConfigLabel {
  readonly name: string;
  /** As `#rrggbb`. */
  readonly color: string | null;
  readonly hotkey: string | null;
  readonly classNumber: number | null;
}

export interface LabelConfig {
  /** The configuration's text, unchanged. */
  readonly text: string;
  readonly labels: readonly ConfigLabel[];
  /** Tags without a meaning here, in order, each once. */
  readonly unknownTags: readonly string[];
  /** The file's path in its archive. */
  readonly path: string;
  /**
   * The names of the control for boxes and of its image, and the data member with the picture's address; null if
   * there is no such control.
   */
  readonly controls: BoxControls | null;
}

/** The names that results and tasks take from a labelling configuration. */
export interface BoxControls {
  readonly from: string;
  readonly to: string;
  /** The member of a task's `data` that names the picture. */
  readonly key: string;
}

/** Tags that only control the page's look, or whose job this app does itself. */
const KNOWN: ReadonlySet<string> = new Set(
  'View Image RectangleLabels Rectangle Labels Label Header Style'.split(' '),
);
const LABEL_HOLDERS: ReadonlySet<string> = new Set(['RectangleLabels', 'Labels']);

type Node = Readonly<Record<string, unknown>>;

const PARSER = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
});

/** The archive's labelling configuration; null if it has none. */
export async function findLabelConfig(archive: ArchiveReader): Promise<LabelConfig | null> {
  for (const path of archive.paths.filter((name) => /\.(xml|txt)$/i.test(name)).slice(0, 5)) {
    if (/^\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)*<View[\s>/]/.test(await firstText(archive, path)))
      return readLabelConfig(await wholeText(archive, path), path);
  }
  return null;
}

/** Throws `format-invalid` with the line if the text is no XML. */
export function readLabelConfig(text: string, path: string): LabelConfig {
  const labels: ConfigLabel[] = [];
  const unknown = new Set<string>();
  const nodes = parseXml(PARSER, text, path) as readonly Node[];
  walk(nodes, null, labels, unknown);
  return { text, labels, unknownTags: [...unknown], path, controls: controlsIn(nodes) };
}

const BOX_CONTROLS: readonly string[] = ['RectangleLabels', 'Labels', 'Rectangle'];

/** The first control for boxes; `RectangleLabels`, which draws and labels at once, precedes the others. */
function controlsIn(nodes: readonly Node[]): BoxControls | null {
  const tags = [...tagsIn(nodes)];
  const controls = tags.filter(({ tag }) => BOX_CONTROLS.includes(tag));
  const control = BOX_CONTROLS.flatMap((tag) => controls.find((one) => one.tag === tag) ?? [])[0];
  const { name: from, toName: to } = control?.attributes ?? {};
  if (from === undefined || to === undefined) return null;
  const image = tags.find(({ tag, attributes }) => tag === 'Image' && attributes['name'] === to);
  const key = /^\$(\w+)$/.exec(image?.attributes['value'] ?? '')?.[1] ?? 'image';
  return { from, to, key };
}

interface Tag {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
}

function* tagsIn(nodes: readonly Node[]): Iterable<Tag> {
  for (const node of nodes) {
    const tag = tagOf(node);
    if (tag === undefined) continue;
    yield { tag, attributes: (node[':@'] ?? {}) as Tag['attributes'] };
    yield* tagsIn(node[tag] as readonly Node[]);
  }
}

const tagOf = (node: Node): string | undefined =>
  Object.keys(node).find((key) => key !== ':@' && key !== '#text' && key !== '?xml');

function walk(
  nodes: readonly Node[],
  parent: string | null,
  labels: ConfigLabel[],
  unknown: Set<string>,
): void {
  for (const node of nodes) {
    const tag = tagOf(node);
    if (tag === undefined) continue;
    if (!KNOWN.has(tag)) unknown.add(tag);
    const attributes = (node[':@'] ?? {}) as Readonly<Record<string, string>>;
    if (tag === 'Label' && parent !== null && LABEL_HOLDERS.has(parent) && attributes['value'])
      labels.push({
        name: attributes['alias'] ?? attributes['value'],
        color: colorOf(attributes['background']),
        hotkey: attributes['hotkey'] ?? null,
        classNumber: wholeNumber(attributes['category']),
      });
    walk(node[tag] as readonly Node[], tag, labels, unknown);
  }
}

const wholeNumber = (text: string | undefined): number | null => {
  const number = numberFrom(text);
  return number !== null && Number.isInteger(number) && number >= 0 ? number : null;
};

/** Parses six or three hexadecimal digits; other notations of a colour are ignored. */
function colorOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (/^#[0-9a-f]{6}$/i.test(text)) return text.toLowerCase();
  if (/^#[0-9a-f]{3}$/i.test(text))
    return `#${Array.from(text.slice(1))
      .map((digit) => digit + digit)
      .join('')}`.toLowerCase();
  return null;
}
