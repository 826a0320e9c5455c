/** Whoever comes to a new step hears its heading first. Not when the page itself has just opened. */
let opened = false

export function arrive(heading: HTMLElement): void {
  heading.tabIndex = -1
  if (opened) heading.focus()
  opened = true
}
