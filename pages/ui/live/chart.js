// Draw a Plotly figure, and redraw it in place when it changes.
//
// Streamlit 1.67 calls this for every new figure and every change of theme, with the same element.
// If the chart is clickable, a click on a point or on a cell of a heat map is sent to the server.
// Plotly comes from Streamlit: once its own chart element is loaded, Plotly is in the window.
// A chart that fills the window is as high as what is left below it, and its type grows with it.
// A film is a figure for each frame of a reel (reel.js, whose functions stand before these). It is
// drawn where it is in sight.
//
// What the reader did to a chart, by its name: the part zoomed to, the curves hidden. Plotly would
// forget it when the page draws the chart anew. `keep` is what the part zoomed to is part of.
const readers = (window.annLabReaders ??= {})
const SECOND_CLICK = 300 // milliseconds within which Plotly takes two clicks for a double click
const CLICK = SECOND_CLICK + 100 // milliseconds until it has acted on a click
const PICTURE = 84 // pixels, the side of what is shown when a point is pointed at
const PROJECTED = 900 // pixels: the width of a window from which it may be a projector's
const BELOW = 20 // pixels left free below a chart that fills the window
const SHORT = 500 // pixels: the height of a window, such as a laptop's at a zoom of 200%

export default function (component) {
  const { parentElement, data } = component
  if (!data.film) return show(component, data.figure, data.alt)
  const box = parentElement.querySelector(".live-chart")
  box.film = data.film
  unpacked(data.film).then((bytes) => {
    if (box.film !== data.film) return // a newer one is here
    const frames = JSON.parse(new TextDecoder().decode(bytes))
    const draw = () => show(component, ...box.frame)
    box.seen ??= new IntersectionObserver(([{ isIntersecting }]) => {
      box.inSight = isIntersecting
      if (isIntersecting) box.draw()
    })
    box.draw = draw
    box.seen.observe(box)
    follow(box, data.reel, ({ frame }) => {
      box.frame = frames[Math.min(frame, frames.length - 1)]
      box.setAttribute("aria-label", box.frame[1])
      if (box.inSight ?? true) draw() // Plotly takes its time, also for what nobody sees
    })
  })
}

function show({ parentElement, data, setTriggerValue }, text, alt) {
  const box = parentElement.querySelector(".live-chart")
  const figure = JSON.parse(text)
  box.setAttribute("aria-label", alt)
  const place = data.fill ? fitted(box, data.height) : data
  figure.layout.height = place.height
  box.style.height = `${place.height}px`
  box.scale = place.scale
  box.fill = data.fill && data.height
  box.latest = figure
  box.file = data.file
  box.reader = readers[data.file] ??= { zoom: null, hidden: new Set(), keep: "", end: 0 }
  box.send = data.clickable && setTriggerValue
  box.classList.toggle("clickable", data.clickable)
  whenLoaded(box, figure)
}

// The height that is left below a chart's upper end, and type that can be read from eight meters.
function fitted(box, lowest) {
  const projected = innerWidth >= PROJECTED
  const scale = projected ? Math.max(2, Math.min(innerWidth / 640, innerHeight / 360)) : 1.2
  const scrolled = box.closest("section")?.scrollTop ?? 0
  const left = innerHeight - box.getBoundingClientRect().top - scrolled - BELOW
  return { scale, height: projected ? Math.max(lowest, Math.floor(left)) : lowest }
}

function refit(box) {
  const { scale, height } = fitted(box, box.fill)
  box.scale = scale
  box.latest.layout.height = height
  box.style.height = `${height}px`
  draw(box)
}

// On a weak network this may take minutes, and there may be no newer figure to trigger it again.
function whenLoaded(box, figure) {
  if (box.latest !== figure || !box.isConnected) return // there is a newer figure, or the page is gone
  if (window.Plotly && !box.held) draw(box)
  else setTimeout(() => whenLoaded(box, figure), 30)
}

function draw(box) {
  box.picture?.remove() // after a tap, nothing says that the finger points elsewhere
  // Plotly writes what the reader zooms to into the layout that it was given, so it gets a copy
  const given = { data: box.latest.data, layout: structuredClone(box.latest.layout) }
  const { data, layout } = enlarged(given, box.scale)
  const themes = themed({ ...layout, autosize: true }, box)
  delete themes.width
  if (innerHeight < SHORT) themes.margin = { ...themes.margin, t: Math.min(themes.margin.t, 44) }
  forgetOldZoom(box.reader, layout)
  box.config ??= config(box) // with another one, Plotly would build the chart anew
  box.drawing = true // what Plotly reports meanwhile is not the reader's doing
  window.Plotly.react(box, shown(data, box.reader), zoomed(themes, box.reader), box.config)
  box.drawing = false
  if (!box.watcher) watch(box)
}

function watch(box) {
  box.watcher = new ResizeObserver(() => box.offsetWidth && window.Plotly.Plots.resize(box))
  box.watcher.observe(box)
  if (box.fill) addEventListener("resize", () => box.isConnected && refit(box))
  hold(box)
  box.on("plotly_click", ({ points: [{ x, y }] }) => box.send && box.send("clicked", [x, y]))
  box.on("plotly_relayout", (change) => {
    if (box.drawing || !Object.keys(change).some((key) => /axis\.range/.test(key))) return
    const { xaxis, yaxis } = box._fullLayout
    box.reader.zoom = { xaxis: [...xaxis.range], yaxis: [...yaxis.range] }
  })
  box.on("plotly_hover", ({ points: [point], event }) => showPicture(box, point, event))
  box.on("plotly_unhover", () => box.picture?.remove())
  box.on("plotly_restyle", () => {
    if (box.drawing) return
    const hidden = box.data.filter((trace) => trace.visible === "legendonly")
    box.reader.hidden = new Set(hidden.map((trace) => trace.uid))
  })
  box.on("plotly_doubleclick", () => reset(box))
}

// The picture of the point that the mouse points at, where the figure names a sheet of pictures: one
// large picture in a variable of CSS. A point's `customdata` is its number on the sheet.
function showPicture(box, { customdata }, { clientX, clientY }) {
  box.picture?.remove()
  const sheet = box.latest.layout.meta?.sheet
  if (!sheet || !Number.isInteger(customdata)) return
  const style = (box.picture = document.createElement("div")).style
  const [row, column] = [Math.floor(customdata / sheet.columns), customdata % sheet.columns]
  Object.assign(style, {
    position: "fixed",
    left: `${Math.max(4, clientX - PICTURE - 16)}px`,
    top: `${Math.max(4, clientY - PICTURE - 16)}px`,
    width: `${PICTURE}px`,
    height: `${PICTURE}px`,
    background: `var(${sheet.variable}) ${-column * PICTURE}px ${-row * PICTURE}px`,
    backgroundSize: `${sheet.columns * PICTURE}px ${sheet.rows * PICTURE}px`,
    imageRendering: "pixelated",
    borderRadius: "6px",
    outline: "1px solid #7a8594",
    pointerEvents: "none",
    zIndex: 1000,
  })
  box.append(box.picture)
}

// A redraw replaces what the reader is dragging or clicking, so it waits until the button is up and
// Plotly, which waits for a second click, has acted. For 50 ms after it last looked what the mouse
// points at, as it does after a redraw too, Plotly takes a click to mean that: no point, or another
// one. It looks again at once after `unhover`.
function hold(box) {
  box.addEventListener("pointerdown", () => {
    const mine = (box.held = {})
    const release = () => setTimeout(() => box.held === mine && (box.held = null), CLICK)
    const lookAgain = () => window.Plotly.Fx.unhover(box)
    addEventListener("pointerup", () => (lookAgain(), release()), { once: true, capture: true })
    addEventListener("pointercancel", release, { once: true, capture: true })
  }, true)
}

function reset(box) {
  box.reader.zoom = null
  draw(box)
}

// An axis that ends earlier than before belongs to another training, and other axes to another view.
function forgetOldZoom(reader, { uirevision, xaxis }) {
  const end = xaxis.range ? xaxis.range[1] : 0
  if (reader.keep !== uirevision || end < reader.end) reader.zoom = null
  reader.keep = uirevision
  reader.end = end
}

function shown(traces, { hidden }) {
  const hide = { visible: "legendonly" }
  return traces.map((trace) => ({ ...trace, ...(hidden.has(trace.uid) && hide) }))
}

function zoomed(layout, { zoom }) {
  const axis = (name) => (zoom ? { ...layout[name], range: zoom[name] } : layout[name])
  // Plotly's own memory would fight ours
  return { ...layout, uirevision: undefined, xaxis: axis("xaxis"), yaxis: axis("yaxis") }
}

// A drag zooms only with a mouse or a pen: a finger that scrolls the page must not.
function dragging(layout) {
  return layout.dragmode && matchMedia("(pointer: fine)").matches ? layout.dragmode : false
}

function config(box) {
  const { Icons, downloadImage } = window.Plotly
  const save = {
    name: "save",
    title: "Download this chart as a picture",
    icon: Icons.camera,
    click: () => downloadImage(box, { format: "png", filename: box.file, scale: 2 }),
  }
  const whole = { name: "whole", title: "Show everything", icon: Icons.home, click: () => reset(box) }
  const zooms = box.latest.layout.dragmode ? ["zoomIn2d", "zoomOut2d", whole] : []
  return {
    displayModeBar: "hover",
    displaylogo: false,
    doubleClickDelay: SECOND_CLICK,
    doubleClick: false, // ours, which keeps the hidden curves and knows the newest axes
    modeBarButtons: [[...zooms, save]],
  }
}

// For a projector: thicker lines, larger points and texts, and no more numbers than there is room for.
function enlarged({ data, layout }, scale) {
  if (scale === 1) return { data, layout }
  const larger = (thing, name) => thing && { ...thing, [name]: thing[name] * scale }
  const traces = data.map((trace) => ({
    ...trace,
    ...(trace.line?.width && { line: larger(trace.line, "width") }),
    ...(typeof trace.marker?.size === "number" && { marker: larger(trace.marker, "size") }),
  }))
  const annotations = layout.annotations?.map((one) => ({
    ...one,
    font: { ...one.font, size: (one.font?.size ?? 12) * scale },
  }))
  const { dtick, ...x } = layout.xaxis
  const fewer = typeof dtick === "number" && x.range?.[1] > 6 ? { ...x, nticks: 6 } : layout.xaxis
  const margin = { ...layout.margin, t: layout.margin.t * 1.5 }
  return { data: traces, layout: { ...layout, annotations, margin, xaxis: fewer } }
}

// The fonts and colors of Streamlit's own charts. The background is that of the page, not
// transparent, because a downloaded picture may be put on any other.
function themed(layout, box) {
  const style = getComputedStyle(box)
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim()
  const text = read("text-color")
  const soft = faded(text, 0.72)
  const size = 12 * box.scale
  const axis = (given) => ({
    ...given,
    gridcolor: faded(text, 0.12),
    tickfont: { color: soft, size },
    title: { ...given.title, font: { color: soft, size: Math.max(14, size) } },
  })
  return {
    ...layout,
    template: {},
    dragmode: dragging(layout),
    paper_bgcolor: read("background-color"),
    font: { family: read("font"), color: text, size },
    xaxis: { showgrid: false, ...axis(layout.xaxis) },
    yaxis: axis(layout.yaxis),
    modebar: { bgcolor: "rgba(0,0,0,0)", color: soft, activecolor: text },
    hoverlabel: {
      bgcolor: read("background-color"),
      bordercolor: faded(text, 0.2),
      font: { color: text, family: read("font"), size },
    },
  }
}

function faded(color, alpha) {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(color)
  if (!hex) return color
  return `rgba(${hex.slice(1).map((part) => parseInt(part, 16)).join(",")},${alpha})`
}
