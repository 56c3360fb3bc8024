type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void) | undefined>>;
export type Child = Node | string | number | null | undefined | false;

/** An element. Texts become text nodes and nothing else: whatever a phone or a list wrote stays text. */
export function h(
  name: string,
  attributes: Attributes = {},
  ...children: readonly (Child | readonly Child[])[]
): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(key, value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...kept(children));
  return element;
}

function kept(children: readonly (Child | readonly Child[])[]): (Node | string)[] {
  return children
    .flat()
    .filter((one): one is Node | string | number => one !== null && one !== undefined && one !== false)
    .map((one) => (typeof one === 'number' ? String(one) : one));
}

/** Puts other children into an element. */
export function fill(element: Element, ...children: readonly (Child | readonly Child[])[]): void {
  element.replaceChildren(...kept(children));
}

/** Changes a text only where it is another one: nothing is drawn anew for what stays. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Says something in passing, to ears, too. */
export function say(text: string): void {
  const line = h('p', {}, text);
  document.getElementById('news')?.append(line);
  setTimeout(() => line.remove(), 8000);
}
