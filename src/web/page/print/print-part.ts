/** Prints one part of the page and nothing else: page.css hides the others as long as `data-print` names it. */
export function printPart(part: 'labels' | 'hands'): void {
  const { dataset } = document.body;
  dataset.print = part;
  addEventListener('afterprint', () => delete dataset.print, { once: true });
  print();
}
