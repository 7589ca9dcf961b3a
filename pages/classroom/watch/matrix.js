// Show the table that the server made, and tell it which name was chosen.
//
// The table is replaced only when it has changed; the name with the focus keeps it, and the table
// stays where it was scrolled to.
export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".class-matrix")
  root.send = setTriggerValue
  if (root.shown === undefined) {
    root.addEventListener("click", (event) => {
      const name = event.target.closest("[data-member]")
      if (name) root.send("chosen", name.dataset.member)
    })
  }
  if (root.shown === data.table) return
  const focused = root.contains(document.activeElement) && document.activeElement.dataset.member
  const left = root.querySelector(".scroll")?.scrollLeft ?? 0
  root.shown = data.table
  root.innerHTML = data.table
  root.querySelector(".scroll").scrollLeft = left
  if (focused) root.querySelector(`[data-member="${focused}"]`)?.focus({ preventScroll: true })
}
