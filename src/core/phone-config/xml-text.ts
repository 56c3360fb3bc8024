/** Text between tags. */
export function content(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text between the quotes of an attribute. */
export function attribute(text: string): string {
  return content(text).replaceAll('"', '&quot;');
}

/** An element with its attributes and what is in it: text, or other elements. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlNode[];
  text: string | null;
}

export function node(name: string): XmlNode {
  return { name, attributes: new Map(), children: [], text: null };
}

/** The last child of a name; made where there is none. */
export function childOf(parent: XmlNode, name: string): XmlNode {
  const known = parent.children.findLast((child) => child.name === name);
  if (known !== undefined) return known;
  const made = node(name);
  parent.children.push(made);
  return made;
}

/** An element as a file has it, two blanks for each depth, ended by a line feed. */
export function xmlText({ name, attributes, children, text }: XmlNode, depth = 0): string {
  const indent = '  '.repeat(depth);
  const head = [name, ...[...attributes].map(([key, value]) => `${key}="${attribute(value)}"`)].join(' ');
  if (children.length === 0) return `${indent}<${head}>${content(text ?? '')}</${name}>\n`;
  return `${indent}<${head}>\n${children.map((child) => xmlText(child, depth + 1)).join('')}${indent}</${name}>\n`;
}
