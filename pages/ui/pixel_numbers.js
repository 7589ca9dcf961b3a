// A click on a digit, or Enter, opens its 784 pixel values; the arrow keys lead to its neighbors.
// The browser reads them from the picture itself, so a digit costs the server nothing.
{
const DIGIT = "img.digit", GROUP = ".digits, .cards, .steps"
const STYLE = `
dialog.numbers { border: 1px solid #7a859455; border-radius: 12px; padding: 14px 16px;
  max-width: 96vw; max-height: 96vh; overflow: auto; font-family: inherit;
  background: light-dark(#ffffff, #11161d); color: light-dark(#1d2733, #e6ebf1); }
dialog.numbers::backdrop { background: #000a; }
dialog.numbers header { display: flex; gap: 12px; align-items: start; margin-bottom: 8px; }
dialog.numbers header div { flex: 1; font-size: 0.9rem; line-height: 1.35; }
dialog.numbers h2 { font-size: 1.1rem; line-height: 1.3; margin: 0; padding: 0; }
dialog.numbers button { font: inherit; color: inherit; background: none; cursor: pointer;
  border: 1px solid #7a859488; border-radius: 8px; padding: 4px 12px; }
dialog.numbers a { color: inherit; font-weight: 600; }
dialog.numbers .grid { overflow-x: auto; }
dialog.numbers table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0; }
dialog.numbers td { min-width: 26px; height: clamp(17px, 2.7vh, 28px); padding: 0; border: 0;
  text-align: center; font-size: clamp(10px, 1.5vh, 15px); line-height: 1; }
img.digit { cursor: zoom-in; }
img.digit:focus-visible { outline: 3px solid #2d7dd2; outline-offset: 2px; }`

const element = (name, text = "", properties = {}) =>
  Object.assign(document.createElement(name), { textContent: text }, properties)

const levels = (image) => {
  const canvas = element("canvas", "", { width: 28, height: 28 })
  const context = canvas.getContext("2d", { willReadFrequently: true })
  context.drawImage(image, 0, 0, 28, 28)
  return context.getImageData(0, 0, 28, 28).data.filter((_, place) => place % 4 == 0)
}

const table = (image) => {
  const rows = element("table", "", { ariaLabel: "Pixel values, row by row" })
  const body = rows.createTBody(), values = levels(image)
  for (let y = 0; y < 28; y++) {
    const row = body.insertRow()
    for (let x = 0; x < 28; x++) {
      const cell = row.insertCell(), value = values[28 * y + x]
      cell.textContent = value
      cell.title = `row ${y + 1}, column ${x + 1}: ${value}`
      const text = value > 127 ? "#000" : value ? "#fff" : "#8b95a3"
      cell.style.cssText = `background: rgb(${value}, ${value}, ${value}); color: ${text}`
    }
  }
  return rows
}

// A link to what the network computes for a digit, with the query that the server gave the digit.
const lookInside = (query) => {
  if (!query) return []
  const link = element("a", "Look inside the network with this digit", { href: `look?${query}` })
  link.dataset.look = query
  return [link]
}

// Without loading the lab anew: the server is listening, see pages/ui/inside/from_digits.py.
const onLink = (event) => {
  const link = event.target.closest?.("a[data-look]")
  if (!link || !window.annLabLook || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  link.closest("dialog")?.close()
  window.annLabLook(link.dataset.look)
}

const open = (image) => {
  if (!image.complete || image.naturalWidth != 28 || image.naturalHeight != 28) return
  const dialog = element("dialog", "", { className: "numbers" })
  const close = element("button", "Close", { autofocus: true, onclick: () => dialog.close() })
  const header = element("header"), words = element("div"), grid = element("div")
  const title = image.closest("figure")?.title || image.alt || "A digit"
  words.append(
    element("h2", title, { id: "numbers-title" }),
    "784 numbers, in 28 rows of 28: 0 is background, 255 is ink. The network sees nothing else. ",
    ...lookInside(image.dataset.look),
  )
  header.append(words, close)
  Object.assign(grid, { className: "grid", tabIndex: 0 }) // for the arrow keys, where it scrolls
  grid.append(table(image))
  dialog.append(header, grid)
  dialog.setAttribute("aria-labelledby", "numbers-title")
  dialog.style.colorScheme = getComputedStyle(image).colorScheme
  dialog.onclick = (event) => event.target == dialog && dialog.close() // outside of it
  dialog.onclose = () => {
    dialog.remove()
    image.focus()
  }
  document.body.append(dialog)
  dialog.showModal()
}

const onKey = (event) => {
  const image = event.target.closest?.(DIGIT)
  if (!image || event.ctrlKey || event.altKey || event.metaKey) return
  if (event.key == "Enter" || event.key == " ") open(image)
  else {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (!step) return
    const group = [...image.closest(GROUP).querySelectorAll(DIGIT)]
    const next = group[group.indexOf(image) + step]
    if (!next) return
    image.tabIndex = -1
    next.tabIndex = 0
    next.focus()
  }
  event.preventDefault()
}

if (!window.annLabNumbers) {
  window.annLabNumbers = true // on every page, but the browser stays on the same document
  document.head.append(element("style", STYLE))
  document.addEventListener("click", (event) => {
    const image = event.target.closest?.(DIGIT)
    if (image) open(image)
    onLink(event)
  })
  document.addEventListener("keydown", onKey)
}
}
