// Draw a Plotly figure, and redraw it in place when it changes.
//
// Streamlit 1.67 calls this for every new figure and every change of theme, with the same element.
// If the chart is clickable, a click on a point or on a cell of a heat map is sent to the server.
// Plotly comes from Streamlit: once its own chart element is loaded, Plotly is in the window.

export default function ({ parentElement, data, setTriggerValue }) {
  const box = parentElement.querySelector(".live-chart")
  const figure = JSON.parse(data.figure)
  box.setAttribute("aria-label", data.alt)
  box.style.height = `${figure.layout.height}px`
  box.latest = figure
  box.send = data.clickable && setTriggerValue
  box.classList.toggle("clickable", data.clickable)
  whenLoaded(box, figure)
}

// On a weak network this may take minutes, and there may be no newer figure to trigger it again.
function whenLoaded(box, figure) {
  if (box.latest !== figure || !box.isConnected) return // there is a newer figure, or the page is gone
  if (window.Plotly) draw(box, figure)
  else setTimeout(() => whenLoaded(box, figure), 30)
}

function draw(box, figure) {
  const layout = { ...figure.layout, autosize: true }
  delete layout.width
  window.Plotly.react(box, figure.data, themed(layout, box), { displayModeBar: false })
  if (!box.watcher) {
    box.watcher = new ResizeObserver(() => box.offsetWidth && window.Plotly.Plots.resize(box))
    box.watcher.observe(box)
    box.on("plotly_click", ({ points: [{ x, y }] }) => box.send && box.send("clicked", [x, y]))
  }
}

// The fonts and colors of Streamlit's own charts.
function themed(layout, box) {
  const style = getComputedStyle(box)
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim()
  const text = read("text-color")
  const soft = faded(text, 0.72)
  const axis = (given) => ({
    ...given,
    gridcolor: faded(text, 0.12),
    tickfont: { color: soft, size: 12 },
    title: { ...given.title, font: { color: soft, size: 14 } },
  })
  return {
    ...layout,
    template: {},
    font: { family: read("font"), color: text, size: 12 },
    xaxis: { showgrid: false, ...axis(layout.xaxis) },
    yaxis: axis(layout.yaxis),
    hoverlabel: {
      bgcolor: read("background-color"),
      bordercolor: faded(text, 0.2),
      font: { color: text, family: read("font") },
    },
  }
}

function faded(color, alpha) {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(color)
  if (!hex) return color
  return `rgba(${hex.slice(1).map((part) => parseInt(part, 16)).join(",")},${alpha})`
}
