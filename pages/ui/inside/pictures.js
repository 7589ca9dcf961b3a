// Digits side by side; a click on one, or Enter, sends its code to the server. Tab reaches the
// marked one, or else the first, and the arrow keys lead to its neighbors.
export default function ({ parentElement, data, setTriggerValue }) {
  const row = parentElement.querySelector(".pictures")
  const held = row.contains(document.activeElement) ? document.activeElement.dataset.code : null
  const buttons = data.pictures.map(({ code, src, caption, title, marked }) => {
    const button = document.createElement("button")
    const image = document.createElement("img"), text = document.createElement("span")
    Object.assign(button, { type: "button", title, className: marked ? "marked" : "" })
    Object.assign(image, { src, alt: title })
    button.dataset.code = code
    button.setAttribute("aria-pressed", marked)
    button.tabIndex = -1
    text.textContent = caption
    button.append(image, text)
    button.onclick = () => setTriggerValue("chosen", code)
    return button
  })
  const first = buttons.find((button) => button.className === "marked") ?? buttons[0]
  if (first) first.tabIndex = 0
  row.setAttribute("aria-label", data.label)
  row.replaceChildren(...buttons)
  if (held !== null) buttons.find((button) => button.dataset.code === held)?.focus()
  row.onkeydown = (event) => {
    const at = buttons.indexOf(event.target)
    const across = buttons.filter((button) => button.offsetTop === buttons[0].offsetTop).length
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }
    const next = buttons[at + steps[event.key]]
    if (at < 0 || !next) return
    event.preventDefault()
    next.focus()
  }
}
