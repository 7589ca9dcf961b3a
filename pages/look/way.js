// Draw the way of a digit through the network. A click on a unit, or Enter, chooses it. Tab reaches
// the first unit, the arrow keys the others.
export default function ({ parentElement, data, setTriggerValue }) {
  const box = parentElement.querySelector(".way")
  const held = box.contains(document.activeElement) ? document.activeElement.dataset.way : null
  box.innerHTML = data.picture
  const units = [...box.querySelectorAll("[data-way]")]
  units.forEach((unit, place) => unit.setAttribute("tabindex", place ? -1 : 0))
  if (held) units.find((unit) => unit.dataset.way === held)?.focus()
  box.onclick = ({ target }) => {
    const unit = target.closest("[data-way]")
    if (unit) setTriggerValue("chosen", unit.dataset.way)
  }
  box.onkeydown = (event) => {
    const at = units.indexOf(event.target)
    const steps = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }
    if (at < 0) return
    if (event.key === "Enter" || event.key === " ") setTriggerValue("chosen", units[at].dataset.way)
    else if (units[at + steps[event.key]]) units[at + steps[event.key]].focus()
    else return
    event.preventDefault()
  }
}
