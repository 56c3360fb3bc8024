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

const drawn = new WeakMap<Element, string>();

/**
 * Draws the children of an element anew only where what they show is something else: who has the focus in it, presses a button there or marks
 * a text is not disturbed by news of something else.
 */
export function redraw(element: Element, shown: unknown, draw: () => Child | readonly Child[]): void {
  const key = JSON.stringify(shown);
  if (drawn.get(element) === key) return;
  drawn.set(element, key);
  fill(element, draw());
}

/** Gives an element these children in this order. Those that stand right are not touched, so that they keep focus and press. */
export function arrange(element: Element, children: readonly Element[]): void {
  const wanted = new Set(children);
  for (const child of [...element.children]) if (!wanted.has(child)) child.remove();
  for (const [at, child] of children.entries()) {
    const there = element.children[at];
    if (there !== child) element.insertBefore(child, there ?? null);
  }
}

/** Changes a text only where it is another one: nothing is drawn anew for what stays. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
