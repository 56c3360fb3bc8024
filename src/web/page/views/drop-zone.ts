import { h } from '../dom.ts';

/** A place to drop files on, with the usual way to choose them inside. */
export function dropZone(text: string, input: HTMLElement, pick: (files: FileList | undefined) => void): HTMLElement {
  const zone: HTMLElement = h(
    'div',
    {
      class: 'drop',
      dragover: (event) => {
        event.preventDefault();
        zone.classList.add('over');
      },
      dragleave: () => zone.classList.remove('over'),
      drop: (event) => {
        event.preventDefault();
        zone.classList.remove('over');
        pick((event as DragEvent).dataTransfer?.files);
      },
    },
    h('p', {}, text),
    input,
  );
  return zone;
}
