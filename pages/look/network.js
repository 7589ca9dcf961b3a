// Draw a network as mosaics, with lines to and from the chosen unit only, and its sum beside it.
//
// All numbers and texts come from the server. A click on a cell asks it for another unit; what the
// pointer or the keyboard is on only lights up what is there already.
const SVG = "http://www.w3.org/2000/svg"

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".look-net")
  const view = (root.view ??= begin(root))
  const focused = root.contains(document.activeElement) && document.activeElement.dataset.unit
  Object.assign(view, { data, send: setTriggerValue })
  const drawn = JSON.stringify([data.digit, data.mosaics, data.output])
  if (view.drawn !== drawn) { // another unit of the same picture needs no new cells
    view.drawn = drawn
    view.cells = new Map()
    view.rests = []
    view.layers.replaceChildren(...layers(view), view.lines)
  }
  select(view, data.chosen)
  band(view)
  view.legend.textContent = data.legend
  view.sums.replaceChildren(...sums(view))
  tables(view)
  if (focused && !root.contains(document.activeElement)) {
    view.cells.get(focused)?.focus({ preventScroll: true })
  }
  connect(view)
}

// The parts that stay, and what the pointer and the keyboard do in them.
function begin(root) {
  const lines = document.createElementNS(SVG, "svg")
  lines.setAttribute("aria-hidden", "true")
  const view = {
    root, lines,
    layers: make("div", { className: "look-layers" }),
    legend: make("p", { className: "look-legend" }),
    sums: make("div", { className: "look-sums" }),
    tables: make("details", { className: "look-tables" },
      make("summary", { textContent: "All numbers as tables" })),
  }
  root.replaceChildren(view.layers, view.legend, view.sums, view.tables)
  view.tables.addEventListener("toggle", () => tables(view))
  const unitOf = (event) => event.target.closest("[data-unit], [data-term]")?.dataset ?? {}
  root.addEventListener("pointerover", (event) => {
    const { unit, term } = unitOf(event)
    light(view, unit ?? term ?? null)
  })
  root.addEventListener("pointerleave", () => light(view, null))
  root.addEventListener("focusin", (event) => light(view, unitOf(event).unit ?? null))
  root.addEventListener("click", (event) => {
    const unit = event.target.closest("[data-unit], [data-choose]")?.dataset
    if (unit) choose(view, unit.unit ?? unit.choose)
  })
  root.addEventListener("keydown", (event) => onKey(event))
  new ResizeObserver(() => connect(view)).observe(view.layers)
  return view
}

function choose(view, unit) {
  select(view, unit)
  view.send("chosen", unit)
}

function select(view, unit) {
  const old = view.root.querySelector('[aria-selected="true"]')
  if (old) old.setAttribute("aria-selected", "false")
  const cell = view.cells.get(unit)
  if (!cell) return
  cell.setAttribute("aria-selected", "true")
  stop(cell)
}

// Tab stops at one cell of a mosaic.
function stop(cell) {
  cell.parentElement.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1")
  cell.tabIndex = 0
}

// Tab leads to a mosaic, the arrow keys from cell to cell, Enter or the space bar chooses one.
function onKey(event) {
  const cell = event.target.closest('[role="option"]')
  if (!cell || event.ctrlKey || event.altKey || event.metaKey) return
  const list = cell.parentElement, all = [...list.children], at = all.indexOf(cell)
  const columns = Number(list.dataset.columns)
  const to = {
    ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + columns, ArrowUp: at - columns,
    Home: 0, End: all.length - 1,
  }[event.key]
  if (event.key === "Enter" || event.key === " ") cell.click()
  else if (to === undefined) return
  else if (all[to]) {
    stop(all[to])
    all[to].focus()
  }
  event.preventDefault()
}

function make(tag, properties = {}, ...children) {
  const { data = {}, style = {}, aria = {}, ...rest } = properties
  const element = Object.assign(document.createElement(tag), rest)
  Object.assign(element.dataset, data)
  for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value)
  for (const [name, value] of Object.entries(aria)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

// The digit, a mosaic for each hidden layer, and the bars of the output.
function layers(view) {
  const { digit, mosaics, output } = view.data
  const picture = make("img", { src: digit.src, alt: digit.alt, className: "digit", tabIndex: 0 })
  picture.setAttribute("role", "button") // opens its pixels, see pages/ui/pixel_numbers.js
  view.picture = picture
  const pixels = { layer: 0, columns: digit.side, rows: digit.side }
  picture.addEventListener("pointermove", (event) => light(view, placeUnder(event, picture, pixels)))
  const first = make("figure", { className: "look-layer", title: digit.alt },
    heading("Input", digit.detail), make("div", { className: "digits" }, picture))
  const hidden = mosaics.map((mosaic) => make("figure", { className: "look-layer" },
    heading(mosaic.name, mosaic.detail), cells(view, mosaic),
    make("small", { textContent: mosaic.range })))
  const end = make("figure", { className: "look-layer look-output" },
    heading(output.name, output.detail), bars(view, output))
  view.sources = [first, ...hidden]
  return [...view.sources, end]
}

// The band of all terms that have no line of their own: a label below the layer they come from.
function band(view) {
  view.rest?.remove()
  const { rest, layer } = view.data.sum
  view.rest = rest && make("small", { className: `look-rest ${rest.sign}`, textContent: rest.text })
  if (rest) view.sources[layer - 1].append(view.rest)
}

function heading(name, detail) {
  return make("figcaption", {}, make("b", { textContent: name }), make("span", { textContent: detail }))
}

function cells(view, mosaic) {
  const list = make("div", {
    className: "look-cells",
    role: "listbox",
    style: { "--columns": mosaic.columns },
    data: { columns: mosaic.columns },
    aria: { "aria-label": `${mosaic.name}, ${mosaic.detail}`, "aria-orientation": "horizontal" },
  })
  mosaic.units.forEach((unit, k) => {
    const gray = mosaic.grays[k], stripe = mosaic.stripes[k]
    const color = stripe < 0 ? "var(--minus)" : "var(--plus)"
    const name = `${mosaic.number}-${unit}`
    list.append(option(view, name, `${name}: ${said(mosaic, k)}`, "look-cell", {
      background: `rgb(${gray}, ${gray}, ${gray})`,
      "--stripe": `color-mix(in srgb, ${color} ${Math.abs(stripe)}%, transparent)`,
    }))
  })
  if (list.firstElementChild) list.firstElementChild.tabIndex = 0
  if (mosaic.more) {
    const more = make("div", { className: "look-more", textContent: mosaic.more })
    view.rests[mosaic.number] = more
    return make("div", {}, list, more)
  }
  return list
}

const said = ({ activations, contributions }, k) =>
  `activation ${activations[k]}, contribution ${contributions[k]}`

function bars(view, output) {
  const list = make("div", {
    className: "look-bars", role: "listbox", data: { columns: 1 },
    aria: { "aria-label": `${output.name}, ${output.detail}`, "aria-orientation": "vertical" },
  })
  output.rows.forEach((one, k) => {
    const bar = option(view, `${output.number}-${k}`, one.label, `look-bar ${one.mark}`, {})
    bar.append(
      make("span", { className: "name", textContent: one.name }),
      make("span", { className: "track" }, make("i", { style: { width: `${one.width}%` } })),
      make("span", { className: "percent", textContent: one.percent }),
    )
    list.append(bar)
  })
  list.firstElementChild.tabIndex = 0
  return list
}

function option(view, name, label, className, style) {
  const cell = make("div", {
    className, style, role: "option", title: label, tabIndex: -1, data: { unit: name },
    aria: { "aria-label": label, "aria-selected": "false" },
  })
  view.cells.set(name, cell)
  return cell
}

// Why this answer, the chosen unit's sum, what it passes on, and pictures of its weights.
function sums(view) {
  const { why, sum, passes, pictures, weights } = view.data
  const parts = [why, sum, passes].filter(Boolean).map((part) => ledger(view, part))
  view.under = make("p", { className: "look-under", textContent: sum.hint })
  parts[why ? 1 : 0].append(view.under)
  const drawn = make("section", { className: "look-pictures", innerHTML: pictures }) // escaped there
  drawn.append(make("p", { textContent: view.data.changed }))
  for (const plate of drawn.querySelectorAll(".plate")) {
    plate.addEventListener("pointermove", (event) => light(view, placeUnder(event, plate, weights)))
  }
  return [...parts, drawn]
}

function ledger(view, { title, intro, columns, rows, after }) {
  const head = make("tr", {}, ...columns.map((text) => make("th", { textContent: text, scope: "col" })))
  const body = rows.map(({ cells: texts, unit, sign, kind }) => {
    const row = make("tr", { className: `${kind ?? ""} ${sign ?? ""}`, data: unit ? { term: unit } : {} })
    texts.forEach((text, k) => {
      const place = make(k ? "td" : "th", { textContent: text })
      if (!k) place.scope = "row"
      if (!k && unit && !unit.startsWith("0-")) {
        place.textContent = ""
        place.append(make("button", { type: "button", textContent: text, title: `Choose ${text}`,
          data: { choose: unit } }))
      }
      row.append(place)
    })
    return row
  })
  const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...body))
  const section = make("section", {}, make("h3", { textContent: title }))
  if (intro) section.append(make("p", { textContent: intro }))
  if (rows.length) section.append(make("div", { className: "scroll" }, table))
  for (const line of after ?? []) section.append(make("p", { className: "step", textContent: line }))
  return section
}

// The input that the pointer is on, in a picture of pixels or of weights.
function placeUnder(event, picture, { layer, columns, rows }) {
  const box = picture.getBoundingClientRect()
  const at = (part, parts) => Math.max(0, Math.min(parts - 1, Math.floor(part * parts)))
  const x = at((event.clientX - box.left) / box.width, columns)
  const y = at((event.clientY - box.top) / box.height, rows)
  return `${layer}-${y * columns + x}`
}

// Light up a cell's term: its row, its line, and what it adds to the chosen unit.
function light(view, unit) {
  for (const lit of view.root.querySelectorAll(".lit")) lit.classList.remove("lit")
  view.under.textContent = view.data.sum.hint
  if (unit === null) return
  for (const row of view.root.querySelectorAll("[data-term]")) {
    if (row.dataset.term === unit) row.classList.add("lit")
  }
  view.cells.get(unit)?.classList.add("lit")
  const text = term(view.data.sum.terms, unit)
  if (text) view.under.textContent = text
}

// An input's term of the chosen unit's sum, in words.
function term({ layer, side, inputs, weights, products, changes }, unit) {
  const [from, number] = unit.split("-").map(Number)
  if (from !== layer || inputs?.[number] === undefined) return ""
  return `${inputName(layer, side, number)}: ${inputs[number]} × ${weights[number]} = ${products[number]}; ` +
    `training changed the weight by ${changes[number]}`
}

function inputName(layer, side, number) {
  if (layer) return `${layer}-${number}`
  if (!side) return `input ${number + 1}`
  return `pixel row ${Math.floor(number / side) + 1}, column ${(number % side) + 1}`
}

// A line for each shown term, from its cell to the chosen unit and on to the next layer, and a band
// for all the others.
function connect(view) {
  const origin = view.layers.getBoundingClientRect()
  const chosen = view.cells.get(view.data.chosen)
  if (!chosen || !origin.width) return view.lines.replaceChildren()
  const center = (element) => {
    const box = element.getBoundingClientRect()
    return [box.left + box.width / 2 - origin.left, box.top + box.height / 2 - origin.top]
  }
  const start = (element) => [element.getBoundingClientRect().left - origin.left, center(element)[1]]
  const end = (element) => [element.getBoundingClientRect().right - origin.left, center(element)[1]]
  const near = (bar) => (start(bar)[0] > center(chosen)[0] || bar === chosen ? start(bar) : end(bar))
  const at = (unit) => {
    const [layer, number] = unit.split("-").map(Number)
    if (layer) {
      const found = view.cells.get(unit) ?? view.rests[layer]
      return found && (found.classList.contains("look-bar") ? near(found) : center(found))
    }
    const box = view.picture.getBoundingClientRect(), { side } = view.data.digit
    return [
      box.left - origin.left + (((number % side) + 0.5) / side) * box.width,
      box.top - origin.top + ((Math.floor(number / side) + 0.5) / side) * box.height,
    ]
  }
  const here = at(view.data.chosen), paths = [] // put in together: each one would cost a layout
  const draw = (from, to, { sign, width, unit }, className = "line") => {
    if (!from || !to) return
    const path = document.createElementNS(SVG, "path")
    path.setAttribute("d", curve(from, to))
    path.setAttribute("class", `${className} ${sign}`)
    path.setAttribute("stroke-width", width)
    if (unit) path.dataset.term = unit
    paths.push(path)
  }
  const { sum, passes } = view.data
  if (view.rest) draw(end(view.rest), here, { sign: sum.rest.sign, width: sum.rest.width }, "band")
  for (const line of sum.lines) draw(at(line.unit), here, line)
  for (const line of passes?.lines ?? []) draw(here, at(line.unit), line)
  view.lines.replaceChildren(...paths)
}

function curve([x1, y1], [x2, y2]) {
  const across = Math.abs(x2 - x1) >= Math.abs(y2 - y1)
  const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2]
  return across
    ? `M${x1} ${y1}C${mx} ${y1} ${mx} ${y2} ${x2} ${y2}`
    : `M${x1} ${y1}C${x1} ${my} ${x2} ${my} ${x2} ${y2}`
}

// The same numbers as tables, made only while they are open.
function tables(view) {
  const all = view.tables, { mosaics, output, sum, chosen } = view.data
  const drawn = `${view.drawn} ${chosen}`
  if (!all.open || all.drawn === drawn) return
  all.drawn = drawn
  const made = mosaics.map(({ name, activations, contributions, units, number, more }) => {
    const rows = units.map((unit, k) => [`${number}-${unit}`, activations[k], contributions[k]])
    if (more) rows.push([more, "", ""])
    return table(name, ["unit", "activation", "contribution"], rows)
  })
  const rows = output.rows.map(({ name, logit, percent }) => [name, logit, percent])
  made.push(table(output.name, ["class", "logit", "probability"], rows))
  const { layer, side, inputs = [], weights, products, changes } = sum.terms
  const terms = inputs.map((value, k) =>
    [inputName(layer, side, k), value, weights[k], products[k], changes[k]])
  const columns = ["input", "value", "weight", "term", "change by training"]
  if (terms.length) made.push(table(sum.title, columns, terms))
  all.replaceChildren(all.firstElementChild, ...made)
}

function table(caption, columns, rows) {
  const line = (texts, tag) => make("tr", {}, ...texts.map((text) => make(tag, { textContent: text })))
  const body = make("tbody", {}, ...rows.map((texts) => line(texts, "td")))
  return make("table", {}, make("caption", { textContent: caption }),
    make("thead", {}, line(columns, "th")), body)
}
