import type { Position } from './finding.ts';

/** One element of an XML file. */
export interface ConfigElement extends Position {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text without that of elements inside it, without blanks around. */
  readonly text: string;
  readonly children: readonly ConfigElement[];
}

/** An XML file as it was read: its root, or the first place at which it is no XML. */
export type XmlReading =
  | { readonly ok: true; readonly root: ConfigElement }
  | { readonly ok: false; readonly at: Position; readonly why: string };

/** Reads XML strictly. Entities that a file defines are never expanded, and nothing else is fetched. Never throws. */
export type ReadXml = (text: string) => XmlReading;

/** The first child of a name; null when there is none. */
export function childOf(element: ConfigElement, name: string): ConfigElement | null {
  return element.children.find((child) => child.name === name) ?? null;
}

/** The element at a path of names below another, each time the first; null when there is none. */
export function elementAt(element: ConfigElement, path: string): ConfigElement | null {
  let found: ConfigElement | null = element;
  for (const name of path.split('/')) {
    if (found === null) return null;
    found = childOf(found, name);
  }
  return found;
}
